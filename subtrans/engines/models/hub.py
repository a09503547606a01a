"""A repository of the Hugging Face hub in; a local folder of its files, of one pinned revision, out.

Files lie in the hub's own cache, so that what other tools have fetched is found. The commit that a name stood for is
pinned in our cache: later runs ask no network. Only safetensors and CTranslate2 weights are fetched, never pickles.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from subtrans.engines.models.cache import cache_folder, read_record, write_record
from subtrans.engines.models.layouts import SAFE, has_weights
from subtrans.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable

_SMALL_FILES = (
    "config.json generation_config.json preprocessor_config.json vocabulary.* shared_vocabulary.* *_vocabulary.*"
    " tokenizer.json tokenizer_config.json special_tokens_map.json added_tokens.json vocab.json target_vocab.json"
    " merges.txt vocab*.txt *.spm *.model normalizer.json card.toml subtrans.json"
)
"""The names of all that is fetched beside the weights."""
CONVERTER = "SFconvertbot"
"""The account of the hub that proposes safetensors of pickled weights."""
SHARD = re.compile(r"model-\d+-of-\d+\.safetensors")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One revision of a repository on this machine."""

    path: Path
    commit: str
    licence: str = ""


def fetch(repo: str, revision: str | None, *, offline: bool, refresh: bool = False) -> Snapshot:
    """The files of `repo` at `revision`, else at the commit pinned before, else at the newest; from the cache if there.

    `refresh` asks the hub again for what a name stands for now.
    """
    from huggingface_hub import constants

    here = find_snapshot(repo, revision)
    if here and (offline or constants.HF_HUB_OFFLINE or not refresh):
        return here
    if offline:
        raise ModelError(
            f"{repo} is not in the cache and fetching is off: run `subtrans models pull {repo}` once with the network"
        )
    if constants.HF_HUB_OFFLINE:
        raise ModelError(
            f"{repo} is not in the cache, and HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set: unset it once"
        )
    return _download(repo, revision)


def find_snapshot(repo: str, revision: str | None) -> Snapshot | None:
    """What of the repository is on this machine already, with its weights; no network."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    pin = read_record(pin_file(repo)).get(revision or "", {})
    for wanted in dict.fromkeys([pin.get("commit"), revision or "main"]):
        try:
            config = try_to_load_from_cache(repo, "config.json", revision=wanted) if wanted else None
        except HFValidationError as error:
            raise ModelError(f"{repo!r} is no model: neither a folder nor a name OWNER/MODEL of the hub") from error
        if isinstance(config, str) and has_weights(Path(config).parent):
            path = Path(config).parent
            return Snapshot(path, path.name, str(pin.get("licence", "")))
    return None


def pin_file(repo: str) -> Path:
    """Where the commits are written that the revisions of a repository stood for."""
    return cache_folder() / "pins" / f"{repo.replace('/', '--')}.json"


def _download(repo: str, revision: str | None) -> Snapshot:
    """Ask the hub for the revision's commit, fetch the files that are needed with its progress bars, and pin it."""
    from huggingface_hub import HfApi, errors, snapshot_download

    # The base of all errors of the HTTP client that this version of the hub's library uses.
    http_error = cast("type[Exception]", errors.HfHubHTTPError.__bases__[0])
    try:
        commit, files, licence = _revision(HfApi(), repo, revision)
        path = snapshot_download(repo, revision=commit, allow_patterns=[*_SMALL_FILES.split(" "), *_weights(files)])
    except errors.GatedRepoError as error:
        raise ModelError(
            f"{repo} is given out on request only: ask on its page, then log in with `hf auth login`"
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise ModelError(f"the hub has no model {repo}: check the name, or log in with `hf auth login`") from error
    except errors.RevisionNotFoundError as error:
        raise ModelError(f"{repo} has no revision {revision}: leave it out, or look at the model's page") from error
    except json.JSONDecodeError as error:  # as networks give that want a login first
        raise ModelError(
            f"cannot fetch {repo}: what answers is not the hub: check the network, or HF_ENDPOINT"
        ) from error
    except (OSError, http_error) as error:
        if getattr(getattr(error, "response", None), "status_code", None) == 401:
            raise ModelError("the hub refuses your token: log in with `hf auth login`, or unset HF_TOKEN") from error
        raise ModelError(
            f"cannot fetch {repo} ({_cause(error)}): check the network, or use a model that is here (`subtrans models`)"
        ) from error
    pins = read_record(pin_file(repo))
    pins[revision or ""] = {"commit": commit, "licence": licence}
    write_record(pin_file(repo), pins)
    return Snapshot(Path(path), commit, licence)


def _revision(api: Any, repo: str, revision: str | None) -> tuple[str, list[str], str]:
    """The commit, its files and the licence; of the hub's own safetensors conversion where the branch has only pickles.

    The hub's convert bot opens a pull request with `model.safetensors` on most older repositories. Other people's
    requests are not looked at: anybody can open one with weights of their own.
    """
    info = api.model_info(repo, revision=revision)
    licence = str(getattr(info.card_data, "license", "") or "") if info.card_data else ""
    files = [file.rfilename for file in info.siblings or ()]
    if _weights(files):
        return info.sha, files, licence
    if revision is None:
        for request in api.get_repo_discussions(repo, author=CONVERTER, discussion_type="pull_request"):
            if request.author == CONVERTER:
                proposed = api.model_info(repo, revision=request.git_reference)
                files = [file.rfilename for file in proposed.siblings or ()]
                if _weights(files):
                    return proposed.sha, files, licence
    raise ModelError(
        f"{repo} has no safetensors, and pickled weights are never loaded: name a revision that has them "
        f"({repo}@refs/pr/1), or convert it with huggingface.co/spaces/safetensors/convert"
    )


def _weights(files: Iterable[str]) -> list[str]:
    """The files of the weights: CTranslate2's `model.bin` if its vocabulary is there, else one set of safetensors."""
    names = set(files)
    if "model.bin" in names and any("vocabulary" in name for name in names):
        return ["model.bin"]
    if SAFE[0] in names:
        return [SAFE[0]]
    shards = sorted(name for name in names if SHARD.fullmatch(name))
    return [SAFE[1], *shards] if shards and SAFE[1] in names else []


def _cause(error: BaseException) -> str:
    """The innermost reason in one line."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    reason = str(error).partition("\nFor more information")[0]
    return " ".join(reason.split())[:160] or type(error).__name__
