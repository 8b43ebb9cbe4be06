"""What a person, or another program, is shown: terminal, HTML, JSON; words in English and Chinese.

    document    the JSON documents of run, show and history, and their schemas
    terminal    the same for a terminal
    html        one self-contained page per run
    findings    what to show, in which order; pure
    rollup      how a site stands as a whole; pure
    facts       one finding as lines of label and text
    formats     values, targets and times as text
    words       the words of each language
    safe        text from a page, made harmless

The parts are imported by name, so that a JSON document needs neither rich nor jinja2.
"""

__all__: list[str] = []
