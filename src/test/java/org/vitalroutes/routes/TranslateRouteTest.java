package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vitalroutes.testsupport.MeasureReply.reply;
import static org.vitalroutes.testsupport.MeasureReply.tree;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.apache.camel.Exchange;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.hl7.fhir.r5.model.Observation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.withings.ActivityDay;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.HeartRecording;
import org.vitalroutes.withings.Night;
import org.vitalroutes.withings.VendorDetail;

class TranslateRouteTest {

  private static final RouteFixture fixture = RouteFixture.of("translate");

  @BeforeEach
  void forget() {
    fixture.forget();
  }

  @AfterAll
  static void close() {
    fixture.close();
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
    assertThat(fixture.counted("vitalroutes.measures.skipped"))
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
        fixture.send(
            "direct:translate-page",
            new VendorReply(Requests.firstPage(), tree("{\"measuregrps\": 81.5}")));

    assertThat(failed.getException()).isInstanceOf(ProviderUnavailableException.class);
    assertThat(failed.getException()).hasMessageNotContaining("81.5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ACTIVITY | {"activities": [{"date": "2024-03-01", "steps": 8423}]}                     | act-4711-20240301-steps
          WORKOUTS | {"series": [{"id": 5, "startdate": 1709300000, "enddate": 1709301800}]}     | workout-4711-5
          SLEEP    | {"series": [{"id": 6, "startdate": 1709300000, "enddate": 1709325200, "data": {"total_sleep_time": 24000}}]} | sleep-4711-6
          ECG      | {"series": [{"timestamp": 1709300000, "bloodpressure": {"systole": 121}}]}  | heart-4711-1709300000-bp
          """)
  void every_kind_has_its_translation(DataKind kind, String body, String key) {
    assertThat(translate(new VendorReply(Requests.firstPage(kind), tree(body))))
        .extracting(page -> page.translation().produced())
        .asInstanceOf(InstanceOfAssertFactories.list(Produced.class))
        .extracting(Produced::key)
        .containsExactly(key);
  }

  @ParameterizedTest
  @EnumSource
  void no_kind_is_passed_by(DataKind kind) {
    assertThat(
            translate(
                new VendorReply(
                    Requests.firstPage(kind),
                    tree(
                        "{\"more\": 0, \"measuregrps\": [], \"activities\": [], \"series\": []}"))))
        .extracting(page -> page.translation().produced())
        .isEqualTo(List.of());
  }

  @Test
  void what_is_left_out_of_rows_is_counted_by_kind_and_reason() {
    translate(
        new VendorReply(
            Requests.firstPage(DataKind.ACTIVITY),
            tree("{\"activities\": [{\"date\": \"2024-03-01\", \"steps\": 1, \"brand\": 18}]}")));

    assertThat(
            fixture.counted(
                "vitalroutes.rows.skipped",
                "kind",
                "activity",
                "reason",
                "foreign-origin",
                "field",
                "none"))
        .isEqualTo(1);
  }

  @Test
  void a_curve_becomes_a_part_of_its_ecg() {
    JsonNode page = tree("{\"series\": [{\"timestamp\": 1709300000, \"ecg\": {\"signalid\": 7}}]}");
    DetailCall call =
        new DetailCall(
            Requests.firstPage(DataKind.ECG),
            HeartRecording.page(page).rows().get(0),
            "ecg-4711-7",
            "00",
            List.of());

    assertThat(
            ((Observation)
                    detail(call, "{\"signal\": [1, -2], \"sampling_frequency\": 300}").resource())
                .getComponentFirstRep()
                .getValueSampledData()
                .getData())
        .isEqualTo("1 -2");
  }

  @Test
  void the_stages_of_a_night_become_an_observation_beside_it() {
    JsonNode page =
        tree("{\"series\": [{\"id\": 6, \"startdate\": 1709300000, \"enddate\": 1709325200}]}");
    DetailCall call =
        new DetailCall(
            Requests.firstPage(DataKind.SLEEP),
            Night.page(page).rows().get(0),
            "sleep-4711-6-stages",
            "00",
            List.of());

    Produced stages =
        detail(
            call,
            "{\"series\": [{\"startdate\": 1709300000, \"enddate\": 1709300600, \"state\": 3}]}");

    assertThat(stages.key()).isEqualTo("sleep-4711-6-stages");
    assertThat(stages.rowHash()).isEqualTo("00");
  }

  @Test
  void what_happened_within_a_day_becomes_an_observation_beside_its_sums() {
    JsonNode page =
        tree("{\"activities\": [{\"date\": \"2024-03-01\", \"timezone\": \"UTC\", \"steps\": 9}]}");
    DetailCall call =
        new DetailCall(
            Requests.firstPage(DataKind.ACTIVITY),
            ActivityDay.page(page).rows().get(0),
            "act-4711-20240301-intraday",
            "00",
            List.of());

    Produced moments = detail(call, "{\"series\": {\"1709300000\": {\"steps\": 9}}}");

    assertThat(moments.key()).isEqualTo("act-4711-20240301-intraday");
    assertThat(moments.rowHash()).isEqualTo("00");
  }

  /** The rest of the row was delivered before; missing details are requested again. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ECG      | {\"series\": [{\"timestamp\": 1709300000, \"ecg\": {\"signalid\": 7}}]} | signal",
        "SLEEP    | {\"series\": [{\"id\": 6, \"startdate\": 1709300000, \"enddate\": 1709325200}]} | series",
        "ACTIVITY | {\"activities\": [{\"date\": \"2024-03-01\", \"timezone\": \"UTC\"}]} | series",
      })
  void details_without_their_list_are_unavailable(DataKind kind, String page, String list) {
    for (String body : List.of("{}", "{\"" + list + "\": null}", "{\"" + list + "\": 7}")) {
      DetailCall call =
          new DetailCall(
              Requests.firstPage(kind),
              switch (kind) {
                case ECG -> HeartRecording.page(tree(page)).rows().get(0);
                case SLEEP -> Night.page(tree(page)).rows().get(0);
                default -> ActivityDay.page(tree(page)).rows().get(0);
              },
              "a key",
              "00",
              List.of());

      assertThat(
              fixture
                  .send("direct:translate-detail", new VendorDetail(call, List.of(tree(body))))
                  .getException())
          .isInstanceOf(ProviderUnavailableException.class)
          .hasMessage("Withings answered without its list");
    }
  }

  private static Produced detail(DetailCall call, String body) {
    Exchange translated =
        fixture.send("direct:translate-detail", new VendorDetail(call, List.of(tree(body))));
    assertThat(translated.getException()).isNull();
    return translated.getMessage().getBody(TranslatedPage.class).translation().produced().get(0);
  }

  private static TranslatedPage translate(JsonNode body) {
    return translate(new VendorReply(Requests.firstPage(), body));
  }

  private static TranslatedPage translate(VendorReply reply) {
    Exchange translated = fixture.send("direct:translate-page", reply);
    assertThat(translated.getException()).isNull();
    return translated.getMessage().getBody(TranslatedPage.class);
  }
}
