"""A study: files and steps declared in study.yaml, run into ``out/`` with a certificate for every figure."""
