package bluegreen.sample.work;

import java.util.List;
import java.util.function.LongUnaryOperator;

/** Work of many kinds, so that a young JVM has much to load, interpret and compile before it is quick. */
public final class Work {
  private static final List<LongUnaryOperator> STEPS = List.of(
      seed -> Orders.total(Json.read(Json.write(Orders.make(seed, 60)))),
      seed -> Words.digest(Words.make(seed, 220)),
      seed -> Formula.sum(seed, 40),
      seed -> Routes.product(seed, 90),
      seed -> Packing.sizes(seed, 2500));

  private Work() {}

  /** Does all of it on generated data, always the same; gives its checksum in hexadecimal. */
  public static String checksum() {
    var checksum = 42L;
    for (var step : STEPS) {
      checksum = Long.rotateLeft(checksum, 7) ^ step.applyAsLong(checksum);
    }
    return Long.toHexString(checksum);
  }
}
