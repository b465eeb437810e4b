package org.vitalroutes.fhir.table;

import java.math.BigDecimal;

/** Decimals as FHIR holds and writes them. */
public final class Decimals {
  /** What FHIR's decimal holds. More, and a server refuses the whole Bundle. */
  private static final int MAX_WHOLE_DIGITS = 18;

  private static final int MAX_DECIMAL_PLACES = 17;

  /** How many places a zero may have and still be written without an exponent. */
  private static final int PLAIN_ZEROS = 6;

  private Decimals() {}

  public static boolean fit(BigDecimal value) {
    return value.precision() - value.scale() <= MAX_WHOLE_DIGITS
        && value.scale() <= MAX_DECIMAL_PLACES;
  }

  /** Without an exponent: 2E+1 would be read by few as 20, and 0E-7 is no decimal to FHIR. */
  public static BigDecimal readable(BigDecimal value) {
    BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
    return plain.signum() == 0 ? plain.setScale(Math.min(plain.scale(), PLAIN_ZEROS)) : plain;
  }
}
