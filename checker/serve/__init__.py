"""`checker serve`: everything known, as pages for one browser; it visits nothing.

    app         the addresses, and what stands behind each
    gate        who may see a page, and what the browser may do with it
    forms       what a person sent, and whether it was them
    desk        the store, the settings and the clock, for pages that are drawn at once
    shops       the overview and one shop
    findings    one finding: both sides, pictures, what a person may do
    charts      a key over time as a drawing; pure
    deadlines   the calendar, as page and as feed
    proof       what was read, and what proves it
    past        runs and messages
    running     a check that is under way
    pages       templates, words and styles

A GET changes nothing. What a POST changes is what `checker ack`, `snooze` and `unack` change.
"""

__all__: list[str] = []
