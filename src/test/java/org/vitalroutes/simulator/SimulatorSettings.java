package org.vitalroutes.simulator;

import java.time.Duration;
import java.util.List;

/** Settings of the simulator; all except the application's identity may change while it runs. */
public final class SimulatorSettings {
  private final String clientId;
  private final String clientSecret;
  private final List<String> redirectUris;
  private volatile int requestsPerMinute = 120;
  private volatile Duration accessTokenLife = Duration.ofHours(3);
  private volatile Duration refreshTokenLife = Duration.ofDays(365);
  private volatile int measurePageSize = 100;
  private volatile int activityPageSize = 200;
  private volatile int summaryPageSize = 300;
  private volatile boolean loopbackCallbacks = true;
  private volatile boolean refuseRepeatedTokenCalls = false;
  private volatile double retryTimeFactor = 1.0;
  private volatile Duration callbackTimeout = Duration.ofSeconds(5);

  public SimulatorSettings(String clientId, String clientSecret, List<String> redirectUris) {
    this.clientId = clientId;
    this.clientSecret = clientSecret;
    this.redirectUris = List.copyOf(redirectUris);
  }

  public String clientId() {
    return clientId;
  }

  String clientSecret() {
    return clientSecret;
  }

  public List<String> redirectUris() {
    return redirectUris;
  }

  public int requestsPerMinute() {
    return requestsPerMinute;
  }

  /** Calls allowed in any sliding 60 s; 0 for no limit. */
  public SimulatorSettings requestsPerMinute(int calls) {
    this.requestsPerMinute = calls;
    return this;
  }

  public Duration accessTokenLife() {
    return accessTokenLife;
  }

  public SimulatorSettings accessTokenLife(Duration life) {
    this.accessTokenLife = life;
    return this;
  }

  public Duration refreshTokenLife() {
    return refreshTokenLife;
  }

  public SimulatorSettings refreshTokenLife(Duration life) {
    this.refreshTokenLife = life;
    return this;
  }

  public int measurePageSize() {
    return measurePageSize;
  }

  /** Measure groups, heart and stethoscope recordings per page. */
  public SimulatorSettings measurePageSize(int rows) {
    this.measurePageSize = atLeastOne(rows);
    return this;
  }

  public int activityPageSize() {
    return activityPageSize;
  }

  /** Days of activity and workouts per page. */
  public SimulatorSettings activityPageSize(int rows) {
    this.activityPageSize = atLeastOne(rows);
    return this;
  }

  public int summaryPageSize() {
    return summaryPageSize;
  }

  /** Nights per page. */
  public SimulatorSettings summaryPageSize(int rows) {
    this.summaryPageSize = atLeastOne(rows);
    return this;
  }

  public boolean loopbackCallbacks() {
    return loopbackCallbacks;
  }

  /** Whether callback URLs may use http, an IP address and any port, as needed on one machine. */
  public SimulatorSettings loopbackCallbacks(boolean allowed) {
    this.loopbackCallbacks = allowed;
    return this;
  }

  public boolean refuseRepeatedTokenCalls() {
    return refuseRepeatedTokenCalls;
  }

  /** Whether a token call repeated within 10 s is answered 601. */
  public SimulatorSettings refuseRepeatedTokenCalls(boolean refused) {
    this.refuseRepeatedTokenCalls = refused;
    return this;
  }

  public double retryTimeFactor() {
    return retryTimeFactor;
  }

  /** Factor for the waits between delivery cycles; 0 retries at once. */
  public SimulatorSettings retryTimeFactor(double factor) {
    this.retryTimeFactor = factor;
    return this;
  }

  public Duration callbackTimeout() {
    return callbackTimeout;
  }

  /** Timeout of a probe and of a notification. */
  public SimulatorSettings callbackTimeout(Duration timeout) {
    this.callbackTimeout = timeout;
    return this;
  }

  private static int atLeastOne(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("a page holds at least one row");
    }
    return rows;
  }
}
