"""Pure functions over words and text: languages, sentences, times and layout."""
