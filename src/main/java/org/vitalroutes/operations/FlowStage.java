package org.vitalroutes.operations;

import java.util.List;
import java.util.Locale;

/**
 * A stage of the flow from Withings to the FHIR server, with the routes that count its messages.
 */
public enum FlowStage {
  RECEIVE("receive-signed-url", "receive-signed-body"),
  DISPATCH("dispatch-notification"),
  CONNECT("connect-callback", "connect-complete"),
  BACKFILL("backfill-catch-up"),
  FETCH("fetch-work"),
  CALL("call-withings"),
  TRANSLATE("translate-page"),
  DELIVER("deliver-part"),
  PUBLISH("publish-post", "publish-produce");

  private final List<String> routes;

  FlowStage(String... routes) {
    this.routes = List.of(routes);
  }

  /** Each message of the stage passes one of them once. */
  public List<String> routes() {
    return routes;
  }

  /** Its name in tables and the API: {@code receive}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
