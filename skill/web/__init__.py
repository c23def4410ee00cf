"""HTTP in: the endpoint, the health page, the server and its log.

Rule: the only room that imports Flask and the HTTP server. It is given what answers a request.
"""
