"""OFD files (GB/T 33190) to lines and grids, by the geometry that PDF pages are read with."""
