"""Sound in, subtitles out: the only code that runs ffmpeg or opens a device."""
