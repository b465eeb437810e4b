package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vitalroutes.testsupport.MeasureReply.reply;
import static org.vitalroutes.testsupport.MeasureReply.tree;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.Exchange;
import org.hl7.fhir.r5.model.Observation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.TranslatedPage;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.JsonFieldException;

class TranslateRouteTest {

  private static final Room room = Room.of("translate");

  @BeforeEach
  void forget() {
    room.forget();
  }

  @AfterAll
  static void close() {
    room.close();
  }

  @Test
  void a_weighing_becomes_an_observation_of_the_accounts_patient() {
    TranslatedPage page = translate(reply().group(1, group -> group.measure(1, 70, 0)).body());

    assertThat(page.fetch()).isEqualTo(Requests.firstPage());
    assertThat(page.nextOffset()).isNull();
    assertThat(page.translation().produced())
        .extracting(Produced::resource)
        .filteredOn(Observation.class::isInstance)
        .singleElement()
        .satisfies(
            resource ->
                assertThat(((Observation) resource).getSubject().getReference())
                    .isEqualTo("Patient/p1"));
  }

  @Test
  void what_is_left_out_is_counted_by_reason() {
    TranslatedPage page =
        translate(
            reply()
                .group(1, group -> group.measure(1, 70, 0).measure(9999, 1, 0))
                .group(2, group -> group.measure(1, 70, 0).with("category", 2))
                .body());

    assertThat(page.translation().produced()).hasSize(2);
    assertThat(page.translation().skipped()).isNotEmpty();
    assertThat(room.counted("vitalroutes.measures.skipped"))
        .as("one of the reasons was counted")
        .isPositive();
  }

  @Test
  void a_page_that_is_not_the_last_names_the_next() {
    assertThat(translate(reply().body().put("more", 1).put("offset", 300)).nextOffset())
        .isEqualTo(300);
  }

  @Test
  void a_reply_without_measures_is_no_reply_about_measures() {
    Exchange failed =
        room.send(
            "direct:translate-measures",
            new VendorReply(Requests.firstPage(), tree("{\"measuregrps\": 81.5}")));

    assertThat(failed.getException()).isInstanceOf(JsonFieldException.class);
    assertThat(failed.getException()).hasMessageNotContaining("81.5");
  }

  private static TranslatedPage translate(JsonNode body) {
    Exchange translated =
        room.send("direct:translate-measures", new VendorReply(Requests.firstPage(), body));
    assertThat(translated.getException()).isNull();
    return translated.getMessage().getBody(TranslatedPage.class);
  }
}
