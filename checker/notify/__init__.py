"""Messages: who is told what of a run, where, and that it arrived.

    digest      what a run has to tell an audience, the most urgent first, short enough for a phone; pure
    routes      which route gets it, in which language, and whether it waits for the end of quiet hours; pure
    memory      what must not be said too often: reminders of a finding, the same trouble of a run
    channels    how it gets there: Apprise, and the robots of DingTalk, Feishu and WeCom
    outbox      what waits to be delivered, kept in files until it was; the log of deliveries
    telling     all of it, after a run

A message is written into the outbox before anything counts as told, and leaves it when the far end took it.
"""

__all__: list[str] = []
