from click.testing import CliRunner, Result

from oblivious.app.cli import main
from tests.installation import Installation


def run(installation: Installation, *arguments: str, given: str = "") -> Result:
    """Run a command whatever it ends with; `given` is its standard input."""
    return CliRunner().invoke(main, arguments, env=installation.env, input=given, catch_exceptions=False)
