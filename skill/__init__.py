"""The foot routine, led by voice. This is the map of the house; importing it changes nothing.

| room           | what happens there                                                   |
| -------------- | -------------------------------------------------------------------- |
| `routine`      | exercises become a plan of timed cues; where in it a listener is     |
| `listener`     | what is kept of one person, as data and its JSON                     |
| `language`     | the files of `content` become words, phrases and a routine           |
| `content`      | data: words, phrases, numbers, drawings; a language is a folder      |
| `recording`    | a plan as a sound file with its timeline                             |
| `storage`      | where states are kept: memory, SQLite, DynamoDB                      |
| `conversation` | one turn: what is decided; a reply is data                           |
| `rendering`    | a reply for one medium                                               |
| `alexa`        | Alexa's requests and responses, verified                             |
| `web`          | HTTP in                                                              |
| `simulator`    | Alexa's side, offline                                                |
| `terminal`     | the command `foot-routine`                                           |

`app` puts a skill together, for every place it runs at; `home` does so on a machine of one's own;
`log` writes its log. Imports point up this table only; the contracts in pyproject.toml hold that.
docs/design.md says why.
"""
