"""`moto.server`, to which all that is written was written DAYS_BEHIND days ago."""

import os
import sys
from datetime import timedelta

from moto.s3 import models
from moto.server import main

now, late = models.utcnow, timedelta(days=int(os.environ["DAYS_BEHIND"]))
models.utcnow = lambda: now() - late
main(sys.argv[1:])
