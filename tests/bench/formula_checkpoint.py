"""Writes a checkpoint of InSPyReNet whose weights are made by formula.

    python3 formula_checkpoint.py --keys state_dict_keys.tsv OUT.pth

As large and as slow as an official one, for measurements where none is at hand.
"""
import argparse

import torch

from inspyrenet_peer import formula_weights

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--keys", required=True)
parser.add_argument("out")
options = parser.parse_args()
torch.save(formula_weights(options.keys), options.out)
