"""Column types that mean the same on PostgreSQL and SQLite."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import BigInteger, Dialect, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(at: datetime) -> int:
    """Return an instant as LINE counts time: milliseconds since 1970, UTC."""
    return (at - _EPOCH) // _MILLISECOND


def from_ms(value: int) -> datetime:
    """Return the aware instant of a number of milliseconds."""
    return _EPOCH + value * _MILLISECOND


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored as milliseconds: sorted, compared and indexed alike everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Store an aware datetime."""
        del dialect
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Read an aware datetime."""
        del dialect
        return None if value is None else from_ms(value)


class Json(TypeDecorator[Any]):
    """A JSON value: ``jsonb`` on PostgreSQL, text on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the native type."""
        native: TypeEngine[Any] = JSONB() if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(native)

    def process_bind_param(self, value: object, dialect: Dialect) -> Any:
        """Store any JSON value; JSONB has its own serialiser."""
        return value if dialect.name == "postgresql" else orjson.dumps(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read it back."""
        return (
            orjson.loads(value)
            if isinstance(value, str) and dialect.name != "postgresql"
            else value
        )


#: JSON kept as the bytes that came: never searched, and any text LINE can send fits.
JsonBytes = LargeBinary
