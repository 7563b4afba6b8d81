"""How often a door may be tried."""

import threading

import pytest

from web.throttle import AT_ONCE, Throttle, TooSoon


class Clock:
    """Time as a test tells it."""

    now = 0.0

    def __call__(self) -> float:
        """The seconds."""
        return self.now


def fail(throttle: Throttle, *doors: str) -> None:
    """One try that fails."""
    with pytest.raises(ZeroDivisionError), throttle.trying(*doors):
        raise ZeroDivisionError


def test_waits_double_and_success_forgives():
    """The third failure costs a second, the next two, and so on to five minutes; a success forgets them."""
    clock = Clock()
    throttle = Throttle(clock)
    waits = []
    for _ in range(14):
        fail(throttle, "vault:a", "address:1")
        waits.append(throttle.wait("vault:a"))
        clock.now += waits[-1]
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    with throttle.trying("vault:a", "address:1"):
        pass
    assert throttle.wait("vault:a") == 0


def test_a_known_browser_has_a_queue_of_its_own():
    """A9: strangers who hammer a vault's door do not keep out the browser that opened it before."""
    throttle = Throttle(Clock())
    refused = 0
    for number in range(2000):
        try:
            with throttle.trying(f"address:{number % 50}", "vault:a"):
                raise ZeroDivisionError  # noqa: TRY301  a body that fails, as a wrong passphrase does
        except TooSoon:
            refused += 1
        except ZeroDivisionError:
            pass
    assert refused == 1997
    with throttle.trying("browser:a"):
        pass


def test_two_at_once():
    """No more than two key derivations run at a time, whoever asks."""
    throttle, inside, most, lock = Throttle(), [0], [0], threading.Lock()
    gate = threading.Event()

    def one(number: int) -> None:
        with throttle.trying(f"address:{number}"):
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            gate.wait(0.2)
            with lock:
                inside[0] -= 1

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == AT_ONCE


def test_memory_is_bounded(monkeypatch):
    """Addresses without end do not fill the memory: the oldest are forgotten."""
    monkeypatch.setattr("web.throttle.REMEMBERED", 10)
    throttle = Throttle()
    for number in range(50):
        fail(throttle, f"address:{number}")
    assert len(throttle._tries) == 10
