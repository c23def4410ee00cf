"""The directives that are sent are those that the SDK's models make."""

from typing import Final

from ask_sdk_core.serialize import DefaultSerializer
from ask_sdk_model.interfaces import audioplayer
from ask_sdk_model.interfaces.alexa.presentation.apl import RenderDocumentDirective
from ask_sdk_model.interfaces.connections import SendRequestDirective
from turns import MORNING

from skill import app
from skill.alexa import permission, player
from skill.alexa.media import INTERFACE
from skill.conversation.reply import Play
from skill.simulator.device import Device, DeviceSession
from skill.storage.memory_store import MemoryStore

MARK: Final = "one"


def sdk_json(model: object) -> object:
    return DefaultSerializer().serialize(model)


def test_play() -> None:
    stream = audioplayer.Stream(token=MARK, url="https://x/y.mp3", offset_in_milliseconds=1500)
    metadata = audioplayer.AudioItemMetadata(title="Feet")
    model = audioplayer.PlayDirective(
        play_behavior=audioplayer.PlayBehavior.REPLACE_ALL,
        audio_item=audioplayer.AudioItem(stream=stream, metadata=metadata),
    )
    play = Play(recording="r", token=MARK, at_ms=1500, title="Feet")

    assert player.playing(play, "https://x/y.mp3") == sdk_json(model)


def test_stop() -> None:
    assert player.stopping() == sdk_json(audioplayer.StopDirective())


def test_asking_for_a_permission() -> None:
    sent = permission.asking(MARK)
    model = SendRequestDirective(name="AskFor", payload=sent["payload"], token=MARK)

    assert sent == sdk_json(model)


def test_a_document_for_a_screen() -> None:
    device = Device("en-US", interfaces=(INTERFACE,))
    launch = device.envelope({"type": "LaunchRequest"}, DeviceSession("session"), MORNING)
    made = app.build(MemoryStore(lambda: MORNING), str)
    (sent,) = made.converse(launch)["response"]["directives"]
    model = RenderDocumentDirective(
        token=sent["token"], document=sent["document"], datasources=sent["datasources"]
    )

    assert sent == sdk_json(model)
