"""A name server on loopback, for what asks the DNS."""

import socket
from threading import Thread

from dns import flags, message, rcode, rrset


class Resolver:
    """A name server on loopback: a table of TXT records, and what was asked; it keeps silent when told to."""

    def __init__(self) -> None:
        self.records: dict[str, str] = {}
        self.asked: list[str] = []
        self.silent = False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1#{self._socket.getsockname()[1]}"
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """No more answers."""
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                data, peer = self._socket.recvfrom(4096)
            except OSError:
                return
            query = message.from_wire(data)
            name = query.question[0].name.to_text()
            self.asked.append(name.rstrip("."))
            if self.silent:
                continue
            reply = message.make_response(query)
            reply.flags |= flags.RA
            text = self.records.get(name.rstrip("."))
            if text is None:
                reply.set_rcode(rcode.NXDOMAIN)
            else:
                cut = " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))
                reply.answer.append(rrset.from_text(name, 300, "IN", "TXT", cut))
            self._socket.sendto(reply.to_wire(), peer)
