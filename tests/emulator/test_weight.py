"""The emulator is light: ten thousand people with their talks fit where LINE's rules are tried."""

import subprocess
import sys

CROWD = """
import resource
from pathlib import Path
from bot.emulator import LineEmulator
from bot.emulator.acts import people
from bot.emulator.acts.outgoing import Shipment, deliver

line = LineEmulator(channel_secret="s", channel_access_token="t")
for number in range(10_000):
    people.create(line.platform, {"displayName": f"Person {number}", "state": "friend"})
everybody = list(line.world.users)
hello = [{"type": "text", "text": "Hello " * 20}]
for _ in range(10):
    deliver(line.platform, Shipment("broadcast", "id", hello, billed=1), everybody)
for user_id in everybody:
    deliver(line.platform, Shipment("push", "id", hello, billed=1), [user_id])
# ru_maxrss begins with the peak of the process that forked; this begins with the program.
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
own = [line.split()[1] for line in lines if line.startswith("VmHWM")]
print(int(own[0] if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) // 1024)
"""


def test_ten_thousand_people_fit_in_300_megabytes() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CROWD], capture_output=True, check=True, text=True
    )
    assert int(done.stdout) < 300
