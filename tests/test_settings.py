"""Settings: typed, read once, and loud about nonsense."""

from pathlib import Path

import pytest

from mesinfos.errors import InvalidInput
from mesinfos.settings import Settings, load_settings, unknown_variables


def test_everything_has_a_default() -> None:
    """MesInfos starts without a single variable."""
    assert load_settings({}) == Settings()


def test_the_key_lies_in_the_data_folder_unless_told_otherwise() -> None:
    """The instance key has a place of its own when the operator names one."""
    assert load_settings({"MESINFOS_DATA_DIR": "/srv/m"}).key_file == Path("/srv/m/instance.key")
    assert load_settings({"MESINFOS_INSTANCE_KEY_FILE": "/etc/m.key"}).key_file == Path("/etc/m.key")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MESINFOS_WORKERS", "many"),
        ("MESINFOS_LANGUAGE", "tlh"),
        ("MESINFOS_BASE_URL", "example.org"),
        ("MESINFOS_SYNC_MINUTES", "-1"),
        ("MESINFOS_METRICS", "perhaps"),
    ],
)
def test_nonsense_fails_at_start(name: str, value: str) -> None:
    """A value that cannot be right is refused, and the sentence names its variable."""
    with pytest.raises(InvalidInput, match=name):
        load_settings({name: value})


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    """The database's address, which holds a password, is read from the file that …_FILE names."""
    secret = tmp_path / "url"
    secret.write_text("postgresql://m:secret@db/m\n")
    assert load_settings({"MESINFOS_DATABASE_URL_FILE": str(secret)}).database_url == "postgresql://m:secret@db/m"


def test_an_unreadable_secret_fails_loudly(tmp_path: Path) -> None:
    """A file that is not there is an error, never an empty password."""
    with pytest.raises(InvalidInput, match="MESINFOS_DATABASE_URL_FILE"):
        load_settings({"MESINFOS_DATABASE_URL_FILE": str(tmp_path / "nothing")})


def test_misspelt_variables_are_noticed() -> None:
    """A variable that means nothing is worth a warning; those that exist are not."""
    environ = {"MESINFOS_BASE_ULR": "x", "MESINFOS_DATA_DIR": "x", "MESINFOS_PASSPHRASE_FILE": "x", "HOME": "/"}
    assert unknown_variables(environ) == ["MESINFOS_BASE_ULR"]


def test_few_variables() -> None:
    """What the environment decides stays a short list; everything personal is set on the pages."""
    assert len(Settings.model_fields) <= 25
