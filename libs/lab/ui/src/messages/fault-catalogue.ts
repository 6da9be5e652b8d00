import { sameText, type Text } from '../text.js';

/**
 * The fault lab says in English what a fault does, why it is predicted to end as it does and why
 * there is no such cell. These are its sentences in Korean; a spec of apps/lab holds that none of
 * them is missing.
 */
const korean: Readonly<Record<string, string>> = {
  // What faults do.
  'the database is killed (SIGKILL) and started again':
    '데이터베이스를 강제 종료(SIGKILL)하고 다시 시작',
  'the database stands still for 3 s (SIGSTOP)': '데이터베이스가 3초간 멈춤(SIGSTOP)',
  'the database stands still for 15 s (SIGSTOP)': '데이터베이스가 15초간 멈춤(SIGSTOP)',
  'the primary lives on as a read-only replica, and becomes primary again':
    '프라이머리가 읽기 전용 복제본이 되었다가 다시 프라이머리가 됨',
  'an administrator kills all connections, every half second':
    '관리자가 0.5초마다 모든 연결을 끊음(KILL)',
  "others use up the database's connections (max_connections)":
    '다른 클라이언트가 데이터베이스 연결을 모두 차지(max_connections)',
  'a stranger locks the row of one coupon for 10 s': '다른 세션이 쿠폰 하나의 행을 10초간 잠금',
  'an administrator raises the stock by SQL, again and again':
    '관리자가 SQL로 재고를 반복해서 늘림',
  'an administrator lowers the stock by SQL, again and again':
    '관리자가 SQL로 재고를 반복해서 줄임',
  "an administrator lowers one coupon's total below its grants, and sees the mistake":
    '관리자가 쿠폰 하나의 전체 수량을 발급 수보다 작게 줄였다가 되돌림',
  'the database fails over to a replica that lacks the last 5 grants':
    '마지막 발급 5건이 없는 복제본으로 데이터베이스 페일오버',
  'Redis is killed (SIGKILL) and started again': 'Redis를 강제 종료(SIGKILL)하고 다시 시작',
  'a Redis that writes to disk each second is killed and started again':
    '1초마다 디스크에 쓰는(everysec) Redis를 강제 종료하고 다시 시작',
  'Redis stands still for 3 s (SIGSTOP)': 'Redis가 3초간 멈춤(SIGSTOP)',
  'Redis stands still for 15 s (SIGSTOP)': 'Redis가 15초간 멈춤(SIGSTOP)',
  'a Redis without persistence is killed and started again':
    '영속화하지 않는 Redis를 강제 종료하고 다시 시작',
  'somebody empties Redis again and again (FLUSHALL), the database is 10 ms away':
    '누군가 Redis를 반복해서 비움(FLUSHALL), 데이터베이스 응답은 10 ms 지연',
  'the Redis primary lives on as a read-only replica, and becomes primary again':
    'Redis 프라이머리가 읽기 전용 복제본이 되었다가 다시 프라이머리가 됨',
  'one of the two API processes is killed (SIGKILL) and started again':
    'API 프로세스 둘 중 하나를 강제 종료(SIGKILL)하고 다시 시작',
  'one of the two API processes stands still for 3 s (SIGSTOP)':
    'API 프로세스 둘 중 하나가 3초간 멈춤(SIGSTOP)',
  'one of the two API processes stands still for 15 s (SIGSTOP)':
    'API 프로세스 둘 중 하나가 15초간 멈춤(SIGSTOP)',
  'the only write-behind worker is killed (SIGKILL) and started again':
    '하나뿐인 write-behind 워커를 강제 종료(SIGKILL)하고 다시 시작',
  'the only write-behind worker stands still for 3 s (SIGSTOP)':
    '하나뿐인 write-behind 워커가 3초간 멈춤(SIGSTOP)',
  'the only write-behind worker stands still for 15 s (SIGSTOP)':
    '하나뿐인 write-behind 워커가 15초간 멈춤(SIGSTOP)',
  'both API processes are replaced one after the other, by ones with other settings':
    'API 프로세스 두 개를 설정이 다른 프로세스로 차례로 교체',
  'one COMMIT of each API process reaches the database 6.5 s late, after any lease':
    'API 프로세스마다 COMMIT 하나가 리스 만료 뒤인 6.5초 늦게 데이터베이스에 도착',
  'replies to COMMIT are lost, with their connections, four a second at each API process':
    'API 프로세스마다 초당 네 번 COMMIT의 응답과 연결이 유실됨',
  'replies to Lua scripts are lost, with their connections, four a second at each process':
    'API 프로세스마다 초당 네 번 Lua 스크립트의 응답과 연결이 유실됨',
  'everything that is sent to the database vanishes': '데이터베이스로 보내는 것이 모두 사라짐',
  'everything that is sent by the database vanishes': '데이터베이스가 보내는 것이 모두 사라짐',
  'the host of the database is gone without a word; another one takes its address':
    '데이터베이스 호스트가 아무 신호 없이 사라지고, 다른 호스트가 그 주소를 넘겨받음',
  'all connections to the database are reset four times a second':
    '데이터베이스 연결이 모두 초당 네 번 RST로 끊김',
  'everything that is sent to Redis vanishes': 'Redis로 보내는 것이 모두 사라짐',
  'everything that is sent by Redis vanishes': 'Redis가 보내는 것이 모두 사라짐',
  'the host of Redis is gone without a word; another one takes its address':
    'Redis 호스트가 아무 신호 없이 사라지고, 다른 호스트가 그 주소를 넘겨받음',
  'all connections to Redis are reset four times a second':
    'Redis 연결이 모두 초당 네 번 RST로 끊김',
  'every answer of a server takes 200 ms more': '서버의 모든 응답이 200 ms 늦어짐',
  'bytes arrive by 16, every 5 ms, in both directions': '양방향 모두 5 ms마다 16바이트씩만 도착',
  '2 % of the packets to and from both servers are lost': '두 서버와 주고받는 패킷의 2 %가 유실됨',
  'the wall clock of one API process is set back by an hour, and right again':
    'API 프로세스 하나의 벽시계를 한 시간 뒤로 돌렸다가 되돌림',
  'the wall clock of one API process is set ahead by an hour, and right again':
    'API 프로세스 하나의 벽시계를 한 시간 앞으로 돌렸다가 되돌림',
  'the wall clock of Redis is set back by an hour, and right again':
    'Redis의 벽시계를 한 시간 뒤로 돌렸다가 되돌림',
  'the wall clock of Redis is set ahead by an hour, and right again':
    'Redis의 벽시계를 한 시간 앞으로 돌렸다가 되돌림',
  'the database’s disk is full, and the table of the grants cannot grow':
    '데이터베이스의 디스크가 가득 차서 발급 테이블이 커질 수 없음',
  'Redis’s disk is full; it writes to disk each second':
    '1초마다 디스크에 쓰는 Redis의 디스크가 가득 참',
  // Why predictions are what they are.
  'it does not keep the claims of two processes apart, with or without a fault':
    '장애가 있든 없든 두 프로세스의 요청을 서로 격리하지 않음',
  'a grant is recorded before its answer, and the database does not answer':
    '발급을 기록한 뒤에 응답하는데 데이터베이스가 응답하지 않음',
  'grants are decided in Redis and recorded when the database is back':
    '발급은 Redis에서 결정하고, 데이터베이스가 돌아오면 기록함',
  'a lost connection is made again, and an unknown outcome is looked up':
    '끊긴 연결은 다시 맺고, 알 수 없는 결과는 조회해서 확인함',
  'nothing wrong is written, and claims end at their deadline':
    '잘못된 기록은 없고, 요청은 기한에 끝남',
  'a change of the stock is a delta to every strategy': '모든 전략이 재고 변경을 증감으로 반영함',
  'a coupon that does not add up stops alone, by a named problem':
    '수량이 맞지 않는 쿠폰만 이름 있는 오류로 멈춤',
  'the rows are the truth, also when there are fewer': '행이 줄어도 행이 기준임',
  'grants go on with the next unused ordinals, and Redis answers replays of what it gave':
    '쓰지 않은 다음 번호로 발급을 이어 가고, 이미 준 것의 재요청에는 Redis가 답함',
  'no claim is decided without Redis, and what it acknowledged is on disk':
    'Redis 없이는 아무 요청도 결정하지 않고, Redis가 응답한 것은 디스크에 있음',
  'the rows are the truth, and a lock ends with the connection that held it':
    '행이 기준이고, 락은 락을 쥔 연결과 함께 끝남',
  'grants not recorded yet were only in Redis, without a file; a replay is granted anew':
    '아직 기록하지 않은 발급은 파일 없는 Redis에만 있었고, 재요청은 새로 발급됨',
  'a lock that Redis forgets has two holders, and only fencing tells them':
    'Redis가 잊은 락은 두 요청이 함께 쥐게 되고, 펜싱만이 이를 구분함',
  'a second holder finds another version than it read, and issues nothing':
    '두 번째로 락을 쥔 요청은 읽은 것과 다른 버전을 발견하고 발급하지 않음',
  'a flush loses the grants that are not recorded yet; a replay is granted anew':
    '비우면 아직 기록하지 않은 발급이 사라지고, 재요청은 새로 발급됨',
  'the other process goes on; a lock of the one that is gone ends by itself':
    '다른 프로세스가 계속 처리하고, 사라진 프로세스의 락은 스스로 만료됨',
  'grants are decided in Redis and recorded when a worker is back':
    '발급은 Redis에서 결정하고, 워커가 돌아오면 기록함',
  'the other process serves while one is replaced': '하나를 교체하는 동안 다른 프로세스가 처리함',
  'a late, lost or repeated message changes no outcome':
    '늦거나 유실되거나 반복된 메시지는 결과를 바꾸지 않음',
  'a coupon’s claims take turns of several answers: most end contended meanwhile':
    '한 쿠폰의 요청은 응답 여러 번이 걸리는 차례를 기다리므로, 그동안 대부분 경합으로 끝남',
  'a grant takes one answer, and claims do not wait for each other':
    '발급에 응답 한 번이면 되고, 요청이 서로 기다리지 않음',
  'a lease that Redis’s clock ends early may have a second holder: only fencing tells them':
    'Redis의 시계가 일찍 끝낸 임대에는 보유자가 둘일 수 있고, 펜싱만이 이를 가려냄',
  ['one connection carries the claims of a process, more than drip through it: ' +
  'answers come too late, and replays find them']:
    '한 프로세스의 요청이 모두 연결 하나로 오가는데 그만큼 흘려보내지 못해 ' +
    '응답이 너무 늦게 오고, 재요청으로 결과를 확인함',
  'no duration and no decision depends on the wall clock':
    '어떤 시간 측정이나 결정도 벽시계에 의존하지 않음',
  'what cannot be written is refused, and nothing wrong is written':
    '쓸 수 없는 것은 거절하고, 잘못된 기록은 없음',
  // Why there is no such cell.
  'it does not use Redis': 'Redis를 쓰지 않음',
  'it has no worker': '워커가 없음',
  'a fence makes no difference to this fault': '이 장애에는 펜싱이 영향을 주지 않음',
  'only root may mount a small disk': 'root만 작은 디스크를 마운트할 수 있음',
  'this machine mounts no small disk': '이 머신에서는 작은 디스크를 마운트할 수 없음',
  'only root makes a network of its own, with unshare(1) and ip(8) of Linux':
    'root만 Linux의 unshare(1)와 ip(8)로 독립된 네트워크를 만들 수 있음',
};

/** A sentence of the fault lab in both languages; in English alone where it is not known here. */
export function faultSentence(english: string): Text {
  const known = korean[english];
  return known === undefined ? sameText(english) : { en: english, ko: known };
}
