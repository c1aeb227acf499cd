"""One spelling for each thing: codes, countries, units, currencies, provinces and firms as the schema wants them."""
