"""What all rooms share: the contract, measures, periods, units, countries, errors, grids."""
