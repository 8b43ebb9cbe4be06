"""When runs are started without a person: a systemd timer or a crontab line, and the dead-man switch.

    plan = plan_for(settings)              what is to be started, and when
    systemd.files(plan)                    the units, as they are written
    crontab.with_block(old, plan)          the user's crontab with our block in it, all else byte for byte
    ping.pinger(settings, told)            tells a Healthchecks server that a run began and how it ended

Nothing but what carries our mark is ever changed or removed.
"""
