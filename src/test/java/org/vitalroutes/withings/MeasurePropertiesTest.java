package org.vitalroutes.withings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vitalroutes.testsupport.MeasureReply.reply;

import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class MeasurePropertiesTest {

  @Property
  void any_value_is_the_decimal_that_withings_means(
      @ForAll long value, @ForAll @IntRange(min = -20, max = 20) int unit) {
    BigDecimal read = read(value, unit);
    BigDecimal meant =
        new BigDecimal(BigInteger.valueOf(value))
            .multiply(
                unit >= 0
                    ? BigDecimal.TEN.pow(unit)
                    : BigDecimal.ONE.divide(BigDecimal.TEN.pow(-unit)));
    assertThat(read).isEqualByComparingTo(meant);
  }

  @Property
  void the_digits_that_withings_sent_are_kept(
      @ForAll long value, @ForAll @IntRange(min = -20, max = 20) int unit) {
    assertThat(read(value, unit).scale()).isEqualTo(Math.max(0, -unit));
  }

  private static BigDecimal read(long value, int unit) {
    return reply()
        .group(1, group -> group.measure(1, value, unit))
        .page()
        .groups()
        .get(0)
        .measures()
        .get(0)
        .value();
  }
}
