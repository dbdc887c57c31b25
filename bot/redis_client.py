"""Redis or Valkey, one server or a cluster: the address decides, and the rest does not notice.

redis:// rediss:// unix://            -> Redis
redis+cluster:// rediss+cluster://    -> RedisCluster, which finds the other nodes by itself
"""

from typing import Final, TypeAlias

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisClusterException, RedisError

RedisClient: TypeAlias = Redis | RedisCluster

#: What a command raises when Redis, or the part of a cluster it asks, is away.
AWAY: Final = (RedisError, RedisClusterException, OSError)
CLUSTER: Final = "+cluster://"
SECONDS: Final = 2.0


def open_redis(url: str) -> RedisClient:
    """Return a client; it connects when it is first asked.

    A command is tried once: a repeated write may count twice, and callers decide. A cluster's
    client still follows a slot that has moved, which repeats only what no node had taken.
    """
    if CLUSTER in url:
        return RedisCluster.from_url(
            url.replace(CLUSTER, "://"),
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
            cluster_error_retry_attempts=1,
            client_name="enishi",
        )
    return Redis.from_url(
        url,
        socket_timeout=SECONDS,
        socket_connect_timeout=SECONDS,
        retry=Retry(NoBackoff(), 0),
        client_name="enishi",
    )
