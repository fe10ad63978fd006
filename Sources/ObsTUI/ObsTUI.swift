import ArgumentParser
import CNcurses
import ObsData
import ObsDemo

@main struct ObsTUI: ParsableCommand {}
