"""The command `foot-routine`, run as a user would."""

import json
import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import click
import platformdirs
import pytest
from arranged import arranged
from certificate_authority import body
from click.testing import CliRunner, Result
from in_process import run_here
from running import run

from skill import home
from skill.alexa.verification import MOST_BODY_BYTES
from skill.language import library
from skill.listener.memory import Memory
from skill.recording import catalogue
from skill.rendering.speech import Limits
from skill.routine.model import Side
from skill.routine.planner import UnmeetableError, plan
from skill.routine.wishes import Wishes
from skill.simulator.acceptance import faults
from skill.storage.listener_key import SECRET_VARIABLE
from skill.terminal import cli, timetable

CONTENT: Final = library.load()
ROUTINE: Final = CONTENT.routine
COMMANDS: Final = sorted(cli.main.commands)


def planned(*options: str) -> Result:
    return CliRunner().invoke(cli.main, ["plan", *options])


# plan

WISHES: Final = [
    (),
    ("--minutes", "10"),
    ("--minutes", "60"),
    ("--pace", "slow", "--minutes", "15"),
    ("--level", "gentle"),
    ("--only", "toe_walking", "--only", "toe_curls"),
    ("--foot", "left"),
    ("--foot", "right", "--known"),
    ("--without", "band", "--without", "towel"),
    ("--locale", "en-GB"),
]


@pytest.mark.parametrize("options", WISHES, ids=" ".join)
def test_the_json_of_a_plan_adds_up_to_the_millisecond(options: tuple[str, ...]) -> None:
    """Everything is counted once: the cues make the steps, the exercises, and the whole."""
    done = planned("--json", *options)
    found = json.loads(done.stdout)

    assert done.exit_code == 0
    assert found.keys() == {"total_seconds", "speech_seconds", "exercises"}
    total = 0
    for exercise in found["exercises"]:
        assert exercise.keys() == {"id", "seconds", "steps"}
        within = 0
        for step in exercise["steps"]:
            assert step.keys() == {"side", "seconds", "reps", "cues"}
            assert all(cue.keys() == {"kind", "seconds"} for cue in step["cues"])
            assert milliseconds(step) == sum(map(milliseconds, step["cues"]))
            within += milliseconds(step)
        assert milliseconds(exercise) == within
        total += within
    assert round(found["total_seconds"] * 1000) == total
    assert 0 < found["speech_seconds"] < found["total_seconds"]


def milliseconds(part: dict[str, Any]) -> int:
    """Whole milliseconds: a fraction would be an error of the plan."""
    ms = round(part["seconds"] * 1000)
    assert part["seconds"] == ms / 1000
    return int(ms)


def test_the_json_of_the_usual_plan_is_the_routine() -> None:
    found = json.loads(planned("--json").stdout)

    assert 17 * 60 <= found["total_seconds"] <= 20 * 60 - 10
    assert [exercise["id"] for exercise in found["exercises"]] == list(ROUTINE.ids)
    for exercise in found["exercises"]:
        sides = [step["side"] for step in exercise["steps"]]
        reps = {step["reps"] for step in exercise["steps"]}
        if exercise["id"] == "toe_walking":
            assert set(sides) == {"both"}
            assert reps == {None}
        else:
            assert sides.count("left") == sides.count("right") == len(sides) / 2
            (each,) = reps
            assert each in range(5, 21)


def test_the_usual_plan_is_what_somebody_new_is_led() -> None:
    found = json.loads(planned("--json").stdout)
    led = plan(ROUTINE, Memory().wishes(ROUTINE), CONTENT.words("en-US"), Limits().seconds * 1000)

    assert found == timetable.as_json(led, CONTENT.words("en-US"))


def test_speech_is_what_the_words_take() -> None:
    words = CONTENT.words("en-US")
    lines = [
        mark.line
        for cues in plan(ROUTINE, Memory().wishes(ROUTINE), words).counted
        for cue in cues
        for mark in cue.lines
    ]

    found = json.loads(planned("--json").stdout)

    assert round(found["speech_seconds"] * 1000) == sum(map(words.ms, lines))


def test_the_table_has_a_row_for_every_step() -> None:
    done = planned()

    rows = re.findall(r"^│ +(\d+:\d\d) │ (\d+:\d\d) │ (.+?) +│ (\w+) +│", done.stdout, re.MULTILINE)
    steps = [
        (exercise["id"], step)
        for exercise in json.loads(planned("--json").stdout)["exercises"]
        for step in exercise["steps"]
    ]
    assert done.exit_code == 0
    assert len(rows) == len(steps)
    at = 0.0
    for (begins, lasts, _, foot), (_, step) in zip(rows, steps, strict=True):
        assert begins == clock(at)
        assert lasts == clock(step["seconds"])
        assert foot == step["side"]
        at += step["seconds"]
    assert f"{clock(at)} in all" in done.stdout


def clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds + 0.0005), 60)
    return f"{minutes}:{rest:02}"


UNMEETABLE: Final = [
    ("--minutes", "1"),
    ("--minutes", "1", "--pace", "slow", "--level", "gentle"),
    ("--minutes", "2", "--only", "toe_walking", "--known"),
    ("--only", "toe_walking", "--foot", "left"),
    ("--only", "toe_walking", "--foot", "left", "--minutes", "30"),
    ("--only", "toe_curls", "--without", "towel"),
    ("--minutes", "1", "--foot", "right", "--only", "resisted_flexion", "--without", "band"),
    ("--foot", "left", *(word for each in ROUTINE.equipment for word in ("--without", each))),
]


@pytest.mark.parametrize("options", UNMEETABLE, ids=" ".join)
def test_a_wish_that_cannot_be_met_gets_the_nearest_that_can(options: tuple[str, ...]) -> None:
    """As a command that can be typed, and works."""
    refused = planned(*options)

    assert refused.exit_code == 2
    assert refused.stdout == ""
    said = refused.stderr.splitlines()[-1]
    assert said.startswith("Error: No routine meets that wish. The nearest that can be met: ")
    _, command, *nearest = shlex.split(said.partition("met: ")[2])
    assert command == "plan"
    assert planned(*nearest).exit_code == 0


@pytest.mark.parametrize("minutes", [1, 30])
@pytest.mark.parametrize("feet", Side)
@pytest.mark.parametrize("only", [(), *((each,) for each in ROUTINE.ids)], ids=str)
def test_the_nearest_that_is_named_is_what_the_planner_found(
    minutes: int, feet: Side, only: tuple[str, ...]
) -> None:
    """Parsed as options again, it is exactly that wish."""
    wished = Wishes(minutes, "slow", "gentle", only, feet, ROUTINE.equipment, ROUTINE.ids)
    typed = [f"--minutes={minutes}", f"--foot={feet}", "--pace=slow", "--level=gentle", "--known"]
    typed += [f"--only={each}" for each in only]
    typed += [f"--without={each}" for each in ROUTINE.equipment]
    try:
        plan(ROUTINE, wished, CONTENT.words("en-US"))
    except UnmeetableError as fault:
        nearest = fault.nearest
    else:
        assert planned(*typed).exit_code == 0
        return

    named = planned(*typed).stderr.partition("met: foot-routine plan")[2]
    read = cli.main.commands["plan"].make_context("plan", shlex.split(named)).params
    assert nearest == Wishes(
        read["minutes"],
        read["pace"],
        read["level"],
        read["only"],
        read["foot"],
        read["without"],
        ROUTINE.ids if read["known"] else (),
    )


@pytest.mark.parametrize(
    "options",
    [
        ("--minutes", "0"),
        ("--minutes", "-3"),
        ("--minutes", "61"),
        ("--minutes", "abc"),
        ("--minutes", "7.5"),
        ("--minutes", ""),
        ("--minutes",),
        ("--pace", "fast"),
        ("--level", "hard"),
        ("--only", "elbow_rotation"),
        ("--only", ""),
        ("--foot", "third"),
        ("--without", "chairs"),
        ("--loud",),
        ("toe_walking",),
    ],
    ids=" ".join,
)
def test_nonsense_is_status_2_and_says_what_is_wrong(options: tuple[str, ...]) -> None:
    """In one line that names the option or its choices."""
    done = planned("--json", *options)

    assert done.exit_code == 2
    assert done.stdout == ""
    last = done.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    assert options[-1] in last
    assert "Traceback" not in done.stderr


# ask


def test_a_request_in_a_file_is_answered(tmp_path: Path) -> None:
    request = tmp_path / "launch.json"
    request.write_bytes(body())
    done = run("ask", request, "--db", tmp_path / "places.db")

    response = json.loads(done.stdout)
    assert done.returncode == 0
    assert done.stderr == ""
    assert faults(response, "LaunchRequest") == ()
    assert response["response"]["shouldEndSession"] is False


def test_requests_from_the_input_find_the_place_of_the_one_before(tmp_path: Path) -> None:
    start = {"type": "IntentRequest", "intent": {"name": "StartRoutineIntent", "slots": {}}}
    database = ("--db", tmp_path / "places.db")
    welcome = run_here("ask", "-", *database, given=body(1).decode()).stdout
    run_here("ask", "-", *database, given=body(2, **start).decode())
    again = run_here("ask", "-", *database, given=body(3).decode()).stdout

    assert speech(again) != speech(welcome)
    assert speech(welcome) == speech(
        run_here("ask", "-", "--db", tmp_path / "x", given=body().decode()).stdout
    )


def speech(response: str) -> str:
    ssml: str = json.loads(response)["response"]["outputSpeech"]["ssml"]
    return ssml


BAD: Final = {
    "nothing": b"",
    "not JSON": b"{",
    "not UTF-8": b"\xff\xfe",
    "a list": b"[]",
    "no envelope": b'{"request": 1}',
    "a turn without a time": body(timestamp=None),
    "too large": body() + b" " * MOST_BODY_BYTES,
}


@pytest.mark.parametrize("given", BAD.values(), ids=BAD)
def test_what_is_no_request_is_one_line(given: bytes, tmp_path: Path) -> None:
    request = tmp_path / "request.json"
    request.write_bytes(given)
    done = run_here("ask", request, "--db", tmp_path / "places.db")

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"Error: {request}: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("file", ["missing.json", "."])
def test_a_file_that_cannot_be_read_is_status_2(file: str, tmp_path: Path) -> None:
    done = run_here("ask", tmp_path / file)

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("Error: Invalid value for 'FILE': ")


@pytest.mark.parametrize("command", ["plan", "talk"])
@pytest.mark.parametrize("locale", ["xx", "de-DE", ""])
def test_a_language_without_words_is_refused(command: str, locale: str) -> None:
    """Rather than answered in English without a warning."""
    done = run_here(command, "--locale", locale, given="")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.endswith(f"there are no words for {locale}; the languages are: en.\n")


def test_a_history_that_is_not_there_is_status_2(tmp_path: Path) -> None:
    """If it was named; the default one need not exist before the first session."""
    done = run_here("history", "--db", tmp_path / "nowhere.db")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"Error: there is no file {tmp_path / 'nowhere.db'}\n"


# The database


def _no_folder(database: Path) -> None:
    database.parent.rmdir()
    database.parent.write_text("a file, where a folder should be")


def _corrupt(database: Path) -> None:
    database.write_bytes(b"this is no database. " * 500)


def _anothers(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE theirs (something)")
        connection.commit()


@pytest.mark.parametrize("spoil", [_no_folder, _corrupt, _anothers])
def test_a_database_that_cannot_be_used_costs_no_turn(spoil: Any, tmp_path: Path) -> None:  # noqa: ANN401 - one of the above
    """The session goes on from its attributes; the log gives the reason, and no user."""
    database = tmp_path / "folder" / "places.db"
    database.parent.mkdir()
    spoil(database)
    left = database.read_bytes() if database.is_file() else None
    done = run_here("ask", "-", "--db", database, given=body().decode())

    response = json.loads(done.stdout)
    assert done.returncode == 0
    assert faults(response, "LaunchRequest") == ()
    assert response["sessionAttributes"]["exercise"] == ROUTINE.ids[0]
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert lines
    assert all(line["level"] in {"warning", "error"} for line in lines)
    assert str(tmp_path / "folder") in done.stderr
    assert "amzn1" not in done.stderr
    assert left is None or database.read_bytes() == left


def test_a_locked_database_costs_no_turn(tmp_path: Path) -> None:
    database = tmp_path / "places.db"
    run("ask", "-", "--db", database, given=body().decode())
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        done = run("ask", "-", "--db", database, given=body().decode())

    assert done.returncode == 0
    assert faults(json.loads(done.stdout), "LaunchRequest") == ()
    assert "locked by another program" in done.stderr


def test_the_database_can_be_named_in_the_environment(tmp_path: Path) -> None:
    named, given = tmp_path / "named.db", tmp_path / "given.db"
    environ = {home.DATABASE_VARIABLE: str(named)}
    run_here("ask", "-", given=body().decode(), environ=environ)
    assert named.exists()

    run_here("ask", "-", "--db", given, given=body().decode(), environ=environ)

    assert given.exists()


def test_unless_it_is_named_it_is_in_the_users_data_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(home.DATABASE_VARIABLE, raising=False)
    folder = platformdirs.user_data_path("foot-routine")

    assert home.default_database() == folder / "places.db"


@pytest.mark.parametrize(
    "command", [["ask", "-"], ["serve", "--unverified"], ["talk"]], ids=" ".join
)
def test_a_secret_that_is_too_short_is_one_line(command: list[str], tmp_path: Path) -> None:
    secret = {SECRET_VARIABLE: "short"}
    done = run(*command, "--db", tmp_path / "places.db", environ=secret)

    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: {SECRET_VARIABLE} has fewer than")
    assert done.stderr.count("\n") == 1


# talk


def test_a_conversation_from_a_pipe_ends_by_itself(tmp_path: Path) -> None:
    """The `talk` module has tests of its own; this is the command around it."""
    given = "start\nnext\nwhere am I\n"
    done = run("talk", "--fast", "--db", tmp_path / "places.db", given=given)

    out = done.stdout
    assert done.returncode == 0
    assert done.stderr == ""
    assert re.findall(r"^You: (.+)$", out, re.MULTILINE) == [
        "open my foot routine",
        "start",
        "next",
        "where am I",
    ]
    assert len(re.findall(r"^Alexa: ", out, re.MULTILINE)) == 4
    assert out.endswith("(The session ends.)\n")


def test_the_next_conversation_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    database = ("--db", tmp_path / "places.db")
    first = run_here("talk", "--fast", *database, given="start\nnext\n")
    again = run_here("talk", "--fast", *database)
    fresh = run_here("talk", "--fast", "--db", tmp_path / "other.db")

    assert first.stdout.startswith(fresh.stdout.removesuffix("(The session ends.)\n"))
    assert again.stdout != fresh.stdout


def test_a_place_that_cannot_be_kept_is_told_once_and_in_one_line(tmp_path: Path) -> None:
    """It would push the conversation off the screen at every turn."""
    (tmp_path / "file").touch()
    given = "start\nnext\nwhere am i\n"
    done = run_here("talk", "--fast", "--db", tmp_path / "file" / "places.db", given=given)

    assert done.returncode == 0
    assert len(re.findall(r"^Alexa: ", done.stdout, re.MULTILINE)) == 4
    assert done.stderr.count("\n") == 1
    assert "the place is kept in the session only: " in done.stderr


# history


def test_the_history_counts_what_was_done_so_far(tmp_path: Path) -> None:
    """Before the routine is over; and only once when it went on and is over."""
    database = ("--db", tmp_path / "places.db")
    run_here("talk", "--fast", *database, given="start\nnext\nstop\n")
    (so_far,) = json.loads(run_here("history", "--json", *database).stdout)
    run_here("talk", "--fast", *database, given="yes\nnext\nnext\nnext\nfinish\n")
    (over,) = json.loads(run_here("history", "--json", *database).stdout)

    assert so_far["done"] == list(ROUTINE.ids[:2])
    assert not so_far["complete"]
    assert over["done"] == list(ROUTINE.ids)
    assert over["began"] == so_far["began"]
    assert over["minutes"] > so_far["minutes"] > 0


# Help


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_says_what_each_option_is_for(command: str) -> None:
    """In lines that fit a terminal, and no summary cut short."""
    done = CliRunner().invoke(cli.main, [*command.split(), "--help"], terminal_width=80)

    assert done.exit_code == 0
    assert all(len(line) < 80 for line in done.stdout.splitlines())
    assert "..." not in done.stdout.replace("amzn1.ask.skill...", "").replace("[ARGS]...", "")
    assert done.stdout == CliRunner().invoke(cli.main, [*command.split(), "-h"]).stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_has_a_help(command: str) -> None:
    options = [each for each in cli.main.commands[command].params if isinstance(each, click.Option)]

    assert options
    assert all(option.help for option in options)


def test_talk_shows_what_the_device_plays(tmp_path: Path) -> None:
    timeline = arranged(Wishes(level="gentle"))
    catalogue.files(tmp_path, timeline)[0].write_bytes(b"sounds")
    catalogue.add(tmp_path, timeline)
    options = ("--db", tmp_path / "places.db", "--recordings", tmp_path)
    given = "play it through\n/wait 2 minutes\nalexa, next\nalexa, pause\n"
    done = run_here("talk", "--fast", *options, given=given)

    shown = re.findall(
        r"\((?:plays the recording from \d+:\d\d|The recording stops\.)\)", done.stdout
    )
    assert shown[0] == "(plays the recording from 0:00)"
    assert shown[1].startswith("(plays the recording from 2:")
    assert shown[2] == "(The recording stops.)"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--recordings", "."], "go together"),
        (["--public-url", "https://feet.example"], "go together"),
        (["--recordings", ".", "--public-url", "http://feet.example"], "begins with https"),
    ],
)
def test_serve_needs_a_folder_of_recordings_and_where_the_world_finds_it(
    options: list[str], why: str
) -> None:
    done = run_here("serve", "--unverified", *options)

    assert done.returncode == 2
    assert why in " ".join(done.stderr.split())


def test_no_command_but_serve_loads_the_server() -> None:
    """The other commands would start slowly."""
    code = (
        "import sys; from click.testing import CliRunner; from skill.terminal import cli\n"
        "CliRunner().invoke(cli.main, ['plan', '--json'])\n"
        "assert not {'flask', 'gunicorn', 'prompt_toolkit'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - our own code

    assert done.stderr == ""
