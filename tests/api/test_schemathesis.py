"""schemathesis reads the document and tries every operation; it finds nothing.

``ENISHI_SCHEMATHESIS=500`` tries so many cases an operation, with dice of its own and all phases.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from bot.api.gate import RATES
from bot.app import Role as Process
from tests.api.support import Till, a_till, open_shops
from tests.api.test_coupons import a_coupon
from tests.support import Shop, open_shop

HERE = Path(__file__).parent
CONFIG = '[auth.openapi.key]\nbearer = "${ENISHI_KEY}"\n'
MANY = os.environ.get("ENISHI_SCHEMATHESIS")
HOW = (
    ["--phases=coverage,fuzzing,stateful", f"--max-examples={MANY}", "--continue-on-failure"]
    if MANY
    else ["--phases=fuzzing", "--max-examples=3", "--seed=1", "--no-shrink"]
)


@pytest.mark.timeout(3_600 if MANY else 120)
async def test_schemathesis_finds_nothing(sqlite_url: str, redis_url: str, tmp_path: Path) -> None:
    async with open_shop(
        sqlite_url, redis_url, tmp_path, roles=Process.WEB, publishes=False
    ) as shop:
        await open_shops(shop, "ginza")
        (api,) = (app for app in shop.app._subapps if RATES in app)
        api[RATES].limit = 1_000_000_000
        till = await a_till(shop)
        known = await _filled(shop, till)
        code, said = await _run(f"{shop.bot_url}/api/v1/openapi.json", tmp_path, till.key, known)
    assert code == 0, said
    assert "27 selected / 27 total" in said


async def _filled(shop: Shop, till: Till) -> dict[str, str]:
    """Do one of everything that others can name."""
    number = await till.join()
    earned = await till.post(f"/members/{number}/points/earn", {"points": 50, "reason": "ご来店"})
    bill = {"member": number, "external_id": "T-1", "amount_yen": 500}
    bought = await till.post("/purchases", bill)
    hook = {"url": "https://shop.example/enishi", "events": ["points.changed"]}
    told = await till.post("/webhooks", hook)
    coupon = await a_coupon(shop, number)
    used = await till.post("/coupons/redeem", {"number": coupon.number})
    return {
        "number": number,
        "points": earned.body["id"],
        "purchases": bought.body["purchase"]["id"],
        "webhooks": told.body["endpoint"]["id"],
        "redemptions": used.body["id"],
    }


async def _run(url: str, folder: Path, key: str, known: dict[str, str]) -> tuple[int, str]:
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", url),
        *("--exclude-checks=positive_data_acceptance", "--warnings=off", "--workers=1", *HOW),
        env={
            **os.environ,
            "ENISHI_KEY": key,
            "ENISHI_KNOWN": json.dumps(known),
            "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
            "PYTHONPATH": os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]),
        },
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()
