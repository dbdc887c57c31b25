"""enishi bench survive: everything is killed, cut and delayed, and nothing may be lost or doubled.

command -> Stage (stores, proxies, an emulated LINE, children)
        -> Crowd (friends) beside Storm (faults) -> calm -> Records -> checks -> verdict
"""

from bot.bench.survive.command import survive

__all__ = ["survive"]
