package org.vitalroutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.notification.Notification;
import org.vitalroutes.notification.WebhookSignature;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderUnauthorizedException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.withings.ActivityDay;
import org.vitalroutes.withings.Envelope;
import org.vitalroutes.withings.HeartRecording;
import org.vitalroutes.withings.JsonFieldException;
import org.vitalroutes.withings.MeasurePage;
import org.vitalroutes.withings.Night;
import org.vitalroutes.withings.TokenReply;
import org.vitalroutes.withings.Workout;

/**
 * External input is either read or refused with a failure that the routes handle. The profile
 * {@code fuzz} tries more: {@code ./mvnw test -Pfuzz}.
 */
class FuzzTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2024-03-02T10:15:30Z"), ZoneOffset.UTC);
  private static final WebhookSignature HEX =
      new WebhookSignature(List.of(TestSettings.WEBHOOK_SECRET), "hex");
  private static final WebhookSignature BASE64 =
      new WebhookSignature(List.of(TestSettings.WEBHOOK_SECRET), "base64");

  @Property
  void no_text_is_a_signature_by_chance(
      @ForAll @Size(max = 40) List<String> lines, @ForAll byte[] body) {
    assertThat(HEX.signsBody(lines, body)).isFalse();
    assertThat(BASE64.signsBody(lines, body)).isFalse();
  }

  @Property
  void no_path_is_a_signed_one_by_chance(@ForAll String user, @ForAll String signature) {
    assertThat(HEX.signsCallback(user, signature)).isFalse();
    assertThat(HEX.signsCallback(user, HEX.ofCallback(user + "0"))).isFalse();
    assertThat(HEX.signsCallback(user, HEX.ofCallback(user))).isTrue();
  }

  @Property
  void every_body_is_a_notification(@ForAll byte[] body, @ForAll("forms") String form) {
    assertThat(Notification.parse(body, CLOCK.instant()).oddities()).isNotNull();
    Notification odd = Notification.parse(form.getBytes(UTF_8), CLOCK.instant());

    // They are stored and logged, so they are fixed words without input.
    assertThat(odd.oddities()).allMatch(word -> word.matches("[a-z-]{1,40}"));
    assertThat(odd.window(CLOCK.instant())).isNotNull();
  }

  @Property
  void every_state_has_a_hash(@ForAll String state) {
    assertThat(OAuthState.hash(state)).hasSize(32);
  }

  @Property
  void bytes_that_are_no_envelope_are_tried_again_later(@ForAll byte[] reply) {
    readOrRefused(() -> Envelope.unwrap(reply, JSON));
  }

  @Property
  void a_reply_that_differs_anywhere_is_read_or_refused(
      @ForAll("replies") String file,
      @ForAll @IntRange(max = 10_000) int place,
      @ForAll("values") JsonNode value) {
    JsonNode reply = spoiled(recorded(file), place, value);

    readOrRefused(
        () -> {
          JsonNode body = Envelope.unwrap(reply);
          return readers(file).apply(body);
        });
  }

  @Property
  void a_token_that_differs_anywhere_is_read_or_refused(
      @ForAll @IntRange(max = 100) int place, @ForAll("values") JsonNode value) {
    ObjectNode granted =
        JSON.createObjectNode()
            .put("userid", 4711)
            .put("access_token", "a")
            .put("refresh_token", "r")
            .put("scope", "user.info,user.metrics")
            .put("expires_in", 10_800);

    readOrRefused(() -> TokenReply.read(spoiled(granted, place, value), List.of(), CLOCK));
  }

  private interface Reading {
    Object read() throws IOException;
  }

  /** Any other exception is a bug. */
  private static void readOrRefused(Reading reading) {
    try {
      assertThat(reading.read()).isNotNull();
    } catch (JacksonException
        | JsonFieldException
        | ProviderUnavailableException
        | ProviderUnauthorizedException
        | ProviderRefusedException refused) {
      assertThat(refused.getClass()).isNotNull();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Function<JsonNode, Object> readers(String file) {
    return switch (file) {
      case "getactivity-days" -> body -> ActivityDay.page(body).nextOffset() == null;
      case "getworkouts" -> body -> Workout.page(body).nextOffset() == null;
      case "sleep-getsummary" -> body -> Night.page(body).nextOffset() == null;
      case "heart-list" -> body -> HeartRecording.page(body).nextOffset() == null;
      default -> body -> MeasurePage.of(body).nextOffset() == null;
    };
  }

  private static JsonNode recorded(String file) {
    try (InputStream bytes =
        FuzzTest.class.getResourceAsStream("/org/vitalroutes/fhir/" + file + ".json")) {
      return JSON.readTree(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A copy of the tree with one node changed. */
  private static JsonNode spoiled(JsonNode reply, int place, JsonNode value) {
    JsonNode copy = reply.deepCopy();
    List<Runnable> places = new ArrayList<>();
    collect(copy, value, places);
    places.get(place % places.size()).run();
    return copy;
  }

  private static void collect(JsonNode node, JsonNode value, List<Runnable> places) {
    if (node instanceof ObjectNode object) {
      for (String name : List.copyOf(iterable(object))) {
        places.add(() -> object.set(name, value));
        places.add(() -> object.remove(name));
        collect(object.get(name), value, places);
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        int index = i;
        places.add(() -> array.set(index, value));
        collect(array.get(i), value, places);
      }
    }
  }

  private static List<String> iterable(ObjectNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Provide
  Arbitrary<String> replies() {
    return Arbitraries.of(
        "getmeas-body-scan",
        "getmeas-odd-shapes",
        "getmeas-watch",
        "getactivity-days",
        "getworkouts",
        "sleep-getsummary",
        "heart-list");
  }

  @Provide
  Arbitrary<JsonNode> values() {
    JsonNodeFactory make = JsonNodeFactory.instance;
    ArrayNode deep = make.arrayNode();
    for (int i = 0; i < 500; i++) {
      deep = make.arrayNode().add(deep);
    }
    return Arbitraries.oneOf(
        Arbitraries.of(
            make.nullNode(),
            make.booleanNode(true),
            make.objectNode(),
            make.arrayNode(),
            make.arrayNode().addNull().add("x"),
            deep,
            make.numberNode(new BigDecimal("1e999")),
            make.numberNode(new BigDecimal("1e-999")),
            make.numberNode(new BigDecimal("1e2000000000")),
            make.numberNode(BigInteger.TWO.pow(64)),
            make.numberNode(Double.NaN),
            make.textNode(""),
            make.textNode("NaN"),
            make.textNode("Mars/Olympus"),
            make.textNode("9999999999-99-99"),
            make.textNode("9".repeat(5000)),
            make.textNode("\0")),
        Arbitraries.longs().map(make::numberNode),
        Arbitraries.strings().ofMaxLength(20).map(make::textNode));
  }

  @Provide
  Arbitrary<String> forms() {
    Arbitrary<String> parts =
        Arbitraries.oneOf(
            Arbitraries.of(
                "userid",
                "appli",
                "startdate",
                "enddate",
                "date",
                "action",
                "deviceid",
                "=",
                "&",
                ";",
                "%",
                "%00",
                "%C0%80",
                "+",
                "4711",
                "-1",
                "9999-12-31",
                "0000-00-00"),
            Arbitraries.strings().ofMaxLength(5));
    return parts.list().ofMaxSize(30).map(list -> String.join("", list));
  }
}
