from collections.abc import Mapping
from typing import Any, final

VERSION: str

class MeniscusError(Exception):
    """Why something can't be done: ``args`` are the message, and what to do about it."""

    args: tuple[str, str | None]

@final
class Engine:
    def __new__(cls, *, blocks: dict[str, str] | None = None, plain: bool = False) -> Engine: ...
    def compile(self, text: str, name: str = "template") -> Template: ...

@final
class Template:
    def diagnostics(self) -> str: ...
    def render(
        self,
        recipient: dict[str, Mapping[str, Any]] | None = None,
        variables: dict[str, Any] | None = None,
        now: str | None = None,
        seed: int | None = None,
    ) -> str: ...

@final
class Library:
    @staticmethod
    def open(path: str) -> Library: ...
    @staticmethod
    def of_texts(texts: dict[str, str]) -> Library: ...
    def messages(self) -> list[str]: ...
    def recipients(self, message: str) -> list[str]: ...
    def render(
        self, message: str, recipient: str | None = None, values: str | None = None
    ) -> str: ...
    def lint(self, message: str | None = None) -> str: ...
    def lint_text(self, text: str, name: str = "template") -> str: ...
