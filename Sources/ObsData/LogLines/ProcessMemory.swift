import CMemory

/// What the process keeps of memory that it no longer uses.
public enum ProcessMemory {
  /// Has large pieces go back to the system as soon as they are free: an answer of many megabytes, once decoded, is of no more
  /// use. To be called before there are threads.
  public static func returnLargePieces() { cm_return_memory() }

  /// Gives back what is free at this moment: so that measurements do not depend on what was before them.
  public static func trim() { cm_trim() }
}
