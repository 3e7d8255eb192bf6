#!/usr/bin/env bash
# Starts the newest jar with the free profile.

ABSDIR=$(dirname "$(readlink -f "$0")")
source "$ABSDIR/profile.sh"

REPOSITORY=/home/ec2-user/app/step3
JAR_NAME=$(ls -tr $REPOSITORY/*.jar | tail -n 1)
IDLE_PROFILE=$(find_idle_profile)

echo "> $JAR_NAME with profile=$IDLE_PROFILE"
nohup java -jar \
  -Xmx64m -XX:TieredStopAtLevel=1 \
  -Dspring.config.location=classpath:/application.properties,/home/ec2-user/app/application-real-db.properties \
  -Dspring.profiles.active="$IDLE_PROFILE" \
  "$JAR_NAME" --server.port="$(find_idle_port)" --spring.profiles.active="$IDLE_PROFILE" >$REPOSITORY/nohup.out 2>&1 </dev/null &
