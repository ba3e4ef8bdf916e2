"""One module per page, each with a function `show` that puts its sections in order.

Pages are named and ordered in `simulator.app.navigation`; what they draw lives in `simulator.app.sections`.
"""
