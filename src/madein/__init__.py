"""madein: where goods come from, and where every figure about them comes from."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("madein")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0+unknown"
