"""Three Valkey nodes that share the slots: the smallest cluster there is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from redis.asyncio import Redis

from bot.embedded.valkey import HOST, ValkeyServer, free_port

#: First and last slot of each node. Source: Valkey documentation, "Cluster specification".
_SLOTS: Final = ((0, 5_460), (5_461, 10_922), (10_923, 16_383))
_SECONDS: Final = 20.0


@asynccontextmanager
async def open_cluster(folder: Path) -> AsyncIterator[str]:
    """Start the nodes, let them meet, and yield the cluster's address."""
    async with AsyncExitStack() as stack:
        nodes: list[tuple[ValkeyServer, int]] = []
        for number in range(len(_SLOTS)):
            bus = free_port()  # by default 10,000 above the port, where there may be none
            options = ("--cluster-enabled", "yes", "--cluster-port", str(bus))
            node = ValkeyServer(folder / f"node-{number}", port=0, options=options)
            nodes.append((await stack.enter_async_context(node), bus))
        first, first_bus = nodes[0]
        for (node, _), (start, end) in zip(nodes, _SLOTS, strict=True):
            await _tell(node, "ADDSLOTSRANGE", start, end)
            if node is not first:
                await _tell(node, "MEET", HOST, _port(first), first_bus)
        async with asyncio.timeout(_SECONDS):
            for node, _ in nodes:
                while not _is_whole(await _tell(node, "INFO")):  # noqa: ASYNC110 - of another process
                    await asyncio.sleep(0.05)
        yield first.url.replace("redis://", "redis+cluster://")


def _port(node: ValkeyServer) -> int:
    return int(node.url.rpartition(":")[2])


def _is_whole(info: str) -> bool:
    return "cluster_state:ok" in info and f"cluster_known_nodes:{len(_SLOTS)}" in info


async def _tell(node: ValkeyServer, *words: str | int) -> str:
    async with Redis.from_url(node.url) as redis:
        return str(await redis.execute_command("CLUSTER", *words))  # type: ignore[no-untyped-call]
