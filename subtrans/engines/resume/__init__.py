"""What was found in a recording, kept so that an interrupted run goes on and nothing is worked out twice."""
