"""`[serve]`: where the page is shown, and who may see it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from checker.settings.fields import Argv, Origin

__all__ = ["Serve"]


class Serve(BaseModel):
    """Where `checker serve` listens.

    token_*: what a visitor must know; needed for every host but this machine's own.
    address: what people type to reach it, where that is another than host and port, e.g. behind a proxy.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True)

    host: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8765
    token_file: Path | None = None
    token_command: Argv | None = None
    token: SecretStr | None = None
    address: Origin | None = None

    @field_validator("token")
    @classmethod
    def _one_source(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        given = [name for name in ("token_file", "token_command") if info.data.get(name) is not None]
        given += [] if value is None else ["token"]
        if len(given) > 1:
            raise ValueError(f"give only one of {', '.join(given)}")
        return value
