"""What an answer or a greeting leads to: ordered lists of actions, run in one transaction.

    on_done of a survey -> Actions.run -> performers, in order -> messages for the same reply

What a performer changes belongs to the unit of the event; calls that LINE wants apart, such as
the link of a menu, are queued behind the reply. A performer raises what the event shall fail with.
"""

from bot.actions.running import Actions, Listed, Moment, Performer

__all__ = ["Actions", "Listed", "Moment", "Performer"]
