/// A size in cells.
struct Size: Hashable, Sendable {
  var width: Int
  var height: Int
}

/// A place in cells; the origin is the upper left corner.
struct Point: Hashable, Sendable {
  var x: Int
  var y: Int
}

/// A rectangle in cells.
struct Rect: Hashable, Sendable {
  var x: Int
  var y: Int
  var width: Int
  var height: Int

  var origin: Point { Point(x: x, y: y) }
  var size: Size { Size(width: width, height: height) }
  var isEmpty: Bool { width <= 0 || height <= 0 }
}
