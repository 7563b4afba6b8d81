"""A name server for the sample household, on loopback: the shop beside it proves its domain there, as real ones do."""

import socket
from collections.abc import Mapping
from threading import Thread
from typing import Self

from dns import flags, message, rcode, rrset
from dns.exception import DNSException

from mesinfos.demo.server import HOST

LARGEST = 4096  # bytes of a question


class NameServer:
    """`with NameServer({"_mesinfos.shop.example": "…"}) as names:` answers at `names.address` with those TXT."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = dict(texts)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self.address = f"{HOST}#{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        Thread(target=self._serve, name="demo-names", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                question, peer = self._socket.recvfrom(LARGEST)
                self._socket.sendto(self._answer(question), peer)
            except OSError:
                return
            except DNSException:
                continue

    def _answer(self, question: bytes) -> bytes:
        asked = message.from_wire(question)
        answer = message.make_response(asked)
        answer.flags |= flags.RA
        name = asked.question[0].name
        text = self._texts.get(name.to_text(omit_final_dot=True).lower())
        if text is None:
            answer.set_rcode(rcode.NXDOMAIN)
        else:
            answer.answer.append(rrset.from_text(name, 60, "IN", "TXT", f'"{text}"'))
        return answer.to_wire()
