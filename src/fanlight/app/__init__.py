"""The caretaker: builds, discovers, wires everything and decides nothing."""
