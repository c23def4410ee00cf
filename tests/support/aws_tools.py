"""Amazon's own tools, in an environment of their own: they ask for older packages than the skill.

It is made from `locks/aws.txt` at the first need, in half a minute, and kept in `build`.
"""

import fcntl
import functools
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import pytest
from project import PROJECT

TEMPLATE = PROJECT / "lambda" / "template.yaml"
LOCK = PROJECT / "locks" / "aws.txt"
HOME = PROJECT / "build" / "aws-tools"
MADE_FROM = HOME / "made-from.txt"

WHAT_STARTS_OFTEN = """
import awslambdaric.bootstrap, boto3
boto3.client("dynamodb", region_name="us-east-1")
"""
"""Compiles what each Lambda function imports of Amazon's: it is told to compile nothing itself."""


def aws_tools() -> Path:
    """Return the folder of the tools' commands, its `python` among them."""
    if fault := _installed():
        give_up(f"Amazon's tools cannot be installed here: {fault}")
    return HOME / "bin"


def give_up(why: str) -> NoReturn:
    """Skip the test for want of a package registry; in CI there has to be one."""
    if "CI" in os.environ:
        pytest.fail(why)
    pytest.skip(why)


def run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a tool with no account, no network to look for one in, and nobody told of it."""
    return subprocess.run(  # noqa: S603 - the tools made here
        [str(aws_tools() / tool), *arguments],
        env={
            "PATH": f"{aws_tools()}:{os.environ['PATH']}",
            "HOME": str(HOME),
            "SAM_CLI_TELEMETRY": "0",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "id",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_EC2_METADATA_DISABLED": "true",
        },
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )


def load_template() -> dict[str, Any]:
    """Read the template, `!Ref X` as `{"Ref": "X"}`, `!If [...]` as `{"If": [...]}` and so on."""
    yaml = import_module("yaml")  # it has no types

    class Loader(yaml.SafeLoader):  # type: ignore[misc, name-defined]  # it has no types
        """Knows CloudFormation's tags."""

    def tagged(loader: Any, name: str, node: Any) -> dict[str, Any]:  # noqa: ANN401 - the same
        if isinstance(node, yaml.ScalarNode):
            return {name: loader.construct_scalar(node)}
        return {name: loader.construct_sequence(node, deep=True)}

    Loader.add_multi_constructor("!", tagged)
    template: dict[str, Any] = yaml.load(TEMPLATE.read_text("utf-8"), Loader)
    return template


def emulator() -> Path:
    """Return Amazon's runtime interface emulator, which ships with `sam`."""
    machine = {"aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
    (found,) = HOME.glob(f"lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-{machine}")
    return found


@functools.cache
def _installed() -> str:
    """Install the tools where they are not those of the lock; return what is against it."""
    HOME.parent.mkdir(exist_ok=True)
    with (HOME.parent / "aws-tools.lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if MADE_FROM.exists() and MADE_FROM.read_bytes() == LOCK.read_bytes():
            return ""
        python = str(HOME / "bin" / "python")
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
        for command in (
            (sys.executable, "-m", "venv", "--clear", "--without-pip", str(HOME)),
            # Without --no-deps pip looks for the extras of packages, which a lock does not name.
            # Most modules are never imported: those that are get compiled by that.
            (
                *(*pip, "install", "--quiet", "--no-deps", "--no-compile"),
                *("--require-hashes", "--requirement", str(LOCK)),
            ),
            (python, "-I", "-W", "ignore::SyntaxWarning", "-c", WHAT_STARTS_OFTEN),
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
            if done.returncode:
                return done.stderr[-500:]
        MADE_FROM.write_bytes(LOCK.read_bytes())
    return ""
