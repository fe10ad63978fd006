import ArgumentParser
import ObsData
import ObsDemo

@main struct ObsTUI: ParsableCommand {}
