"""A run that was killed before it had begun is begun by the next."""

import pytest

from classifier.bulk.folder import Folder
from classifier.errors import OutputError

MODEL = "20260101T000000Z-00000000"


def test_a_run_killed_while_it_named_the_folder_keeps_nobody_out(tmp_path):
    (tmp_path / "_lock").touch()
    (tmp_path / ".writing-x1").write_text('{"model"')
    with Folder(tmp_path, MODEL, "parquet").claimed(again=False):
        assert sorted(path.name for path in tmp_path.iterdir()) == ["_done", "_errors", "_lock", "_run.json"]


def test_a_folder_is_named_before_anything_else_is_in_it(tmp_path, monkeypatch):
    def killed(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("classifier.bulk.folder.write_whole", killed)
    with pytest.raises(KeyboardInterrupt), Folder(tmp_path, MODEL, "parquet").claimed(again=False):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["_lock"]


def test_a_folder_of_other_files_is_refused(tmp_path):
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(OutputError, match="holds other files"), Folder(tmp_path, MODEL, "parquet").claimed(again=False):
        pass
