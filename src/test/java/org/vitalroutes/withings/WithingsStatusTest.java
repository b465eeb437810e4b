package org.vitalroutes.withings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WithingsStatusTest {

  /** The published families, in the order in which Withings lists them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OK                | 0",
        "UNAUTHORIZED      | 100-102 200 401",
        "REFUSED           | 201-213 216-218 220-221 223 225 227-230 234-236 238 240-252 254",
        "REFUSED           | 260-267 271-272 275-276 284-288 290 293-295 297 300-304 321 323-353",
        "REFUSED           | 380-382 400 501-511 523 532 3017-3019",
        "REFUSED           | 214 277 2553 2555",
        "REFUSED           | 2554",
        "DOWN              | 522",
        "UNAVAILABLE       | 524",
        "TOO_MANY_REQUESTS | 601",
        "UNAVAILABLE       | 215 219 222 224 226 231-233 237 253 255-259 268-270 273-274 278-282",
        "UNAVAILABLE       | 289 291-292 296 298 305-320 322 370-375 383 391 402 516-521 525-531",
        "UNAVAILABLE       | 533 602 700 1051-1054 2551-2552 2556-2559 3000-3016 3020-3024",
        "UNAVAILABLE       | 5000-5006 6000 6010-6011 9000 10000",
      })
  void every_published_family_has_its_meaning(WithingsStatus meaning, String codes) {
    assertThat(Stream.of(codes.split(" ")).flatMapToInt(WithingsStatusTest::range).boxed())
        .isNotEmpty()
        .allSatisfy(code -> assertThat(WithingsStatus.of(code)).as("%d", code).isEqualTo(meaning));
  }

  /** Live answers say more than the table: an invalid token, a scope that was not granted. */
  @ParameterizedTest
  @CsvSource({"283, UNAUTHORIZED", "403, REFUSED", "503, REFUSED", "343, REFUSED"})
  void single_codes_are_read_as_live_answers_showed_them(int code, WithingsStatus meaning) {
    assertThat(WithingsStatus.of(code)).isEqualTo(meaning);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, 99, 103, 404, 500, 600, 603, 99_999, Integer.MIN_VALUE})
  void an_unknown_code_is_worth_another_try(int code) {
    assertThat(WithingsStatus.of(code)).isEqualTo(WithingsStatus.UNAVAILABLE);
  }

  /** A code in two families would hide the meaning of the second. */
  @Test
  void no_code_is_named_twice() {
    assertThat(
            IntStream.rangeClosed(-1, 10_001)
                .filter(
                    code ->
                        WithingsStatus.statuses().stream().filter(row -> row.names(code)).count()
                            > 1))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "200, OK", "204, OK", "401, UNAUTHORIZED", "429, TOO_MANY_REQUESTS", "408, DOWN", "500, DOWN",
    "503, DOWN", "599, DOWN", "600, DOWN", "302, UNAVAILABLE", "400, REFUSED", "404, UNAVAILABLE",
    "0, REFUSED",
  })
  void an_http_status_has_its_meaning(int status, WithingsStatus meaning) {
    assertThat(WithingsStatus.ofHttp(status)).isEqualTo(meaning);
  }

  private static IntStream range(String codes) {
    String[] ends = codes.split("-");
    return IntStream.rangeClosed(
        Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
  }
}
