"""One module per page, each with a function `show`; named and ordered in `simulator.app.navigation`."""
