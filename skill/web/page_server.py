"""The server of the page, which only this machine reaches."""

import socket

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from skill.web.page_app import ANSWER, Coach, create_app


class _Handler(WSGIRequestHandler):
    """Closes the file of each answer.

    Werkzeug (3.1) leaves it open where a browser resets the connection once all of it is sent: what
    it reads of the request then is an error, and comes before it closes the answer.
    """

    def run_wsgi(self) -> None:
        try:
            super().run_wsgi()
        finally:
            answer = self.environ.get(ANSWER)
            if answer is not None:
                answer.close()


def make(coach: Coach, port: int) -> BaseWSGIServer:
    """Make the server of the page, which listens at *port* of this machine; 0 for a free one.

    Raises `OSError` where it cannot listen there.
    """
    with socket.create_server(("127.0.0.1", port)) as listening:
        bound = listening.getsockname()[1]
        app = create_app(coach, bound)
        return make_server(
            "127.0.0.1",
            bound,
            app,
            threaded=True,
            request_handler=_Handler,
            fd=listening.fileno(),
        )
