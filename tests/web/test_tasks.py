"""What waits for Alice on her first page, and what she puts off."""

import re
from datetime import timedelta

from tests.web.house import House
from tests.web.served import Browser
from web.dashboard.home.tasks import waiting
from web.dashboard.shown import today

LATER = re.compile(r'action="/tasks/later">\s*<input type="hidden" name="task" value="([^"]+)"')


def test_a_task_is_put_off_until_tomorrow(home: House, alices: Browser):
    """It leaves the list for the folded one, is back tomorrow by itself, and today by a press."""
    subject = LATER.findall(alices.get("/").text)[0]
    answer = alices.post("/tasks/later", data={"task": subject})
    assert subject not in LATER.findall(answer.text)
    assert "1 put off" in answer.text
    vault = home.vault_of(alices)
    reading = home.served.app.state.site.readings.of(vault)
    assert subject in {task.subject for task, _ in waiting(vault, reading, [], today()).later}
    tomorrow = waiting(vault, reading, [], today() + timedelta(days=1))
    assert subject in {task.subject for task in tomorrow.now}
    (undo,) = re.findall(r'action="(/undo/[^"]+)"', answer.text.split("<h1>")[0])
    assert subject in LATER.findall(alices.post(undo, data={"back": "/"}).text)


def test_only_what_waits_is_put_off(alices: Browser):
    """A name that stands for no task is refused, so that nothing can be hidden before it happens."""
    assert alices.post("/tasks/later", data={"task": "late /parcels/x"}).status_code == 404


def test_what_alice_puts_off_stays_bobs_business(home: House, alices: Browser):
    """Bob's list is his own."""
    with home.bobs() as bob:
        before = LATER.findall(bob.get("/").text)
        answer = alices.post("/tasks/later", data={"task": LATER.findall(alices.get("/").text)[0]})
        assert LATER.findall(bob.get("/").text) == before
        alices.post(re.findall(r'action="(/undo/[^"]+)"', answer.text)[0], data={"back": "/"})
