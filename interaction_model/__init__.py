"""The skill package: what Amazon's developer console is given, made of data.

`build` writes it; `manifest` has what the store shows, `icons` the picture beside it; the models
of what Alexa hears are made by `skill.language.phrases`. What is made is committed, so that an
upload needs nothing but the ASK CLI.
"""
