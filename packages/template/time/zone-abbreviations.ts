/**
 * Abbreviations of the time zone database: for each pair its offsets in minutes and the zones that use it. Zones that are
 * not here have none but their offset (`+03`), and so have times at other offsets.
 */
const GROUPS: readonly (readonly [
  standard: string,
  standardMin: number,
  summer: string,
  summerMin: number,
  zones: string,
])[] = [
  ['GMT', 0, 'BST', 60, 'Europe/London Europe/Belfast Europe/Jersey Europe/Guernsey Europe/Isle_of_Man GB GB-Eire'],
  ['GMT', 0, 'IST', 60, 'Europe/Dublin Eire'],
  ['WET', 0, 'WEST', 60, 'Europe/Lisbon Portugal Atlantic/Canary Atlantic/Madeira Atlantic/Faroe Atlantic/Faeroe WET'],
  [
    'GMT',
    0,
    '',
    0,
    'Africa/Abidjan Africa/Accra Africa/Bamako Africa/Banjul Africa/Bissau Africa/Conakry Africa/Dakar Africa/Freetown ' +
      'Africa/Lome Africa/Monrovia Africa/Nouakchott Africa/Ouagadougou Africa/Sao_Tome Atlantic/Reykjavik Iceland ' +
      'Atlantic/St_Helena GMT Etc/GMT Greenwich Etc/Greenwich',
  ],
  [
    'CET',
    60,
    'CEST',
    120,
    'Europe/Amsterdam Europe/Andorra Europe/Belgrade Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Budapest ' +
      'Europe/Busingen Europe/Copenhagen Europe/Gibraltar Europe/Ljubljana Europe/Luxembourg Europe/Madrid Europe/Malta ' +
      'Europe/Monaco Europe/Oslo Europe/Paris Europe/Podgorica Europe/Prague Europe/Rome Europe/San_Marino Europe/Sarajevo ' +
      'Europe/Skopje Europe/Stockholm Europe/Tirane Europe/Vaduz Europe/Vatican Europe/Vienna Europe/Warsaw Europe/Zagreb ' +
      'Europe/Zurich Africa/Ceuta Arctic/Longyearbyen Atlantic/Jan_Mayen Poland CET MET Africa/Algiers Africa/Tunis',
  ],
  [
    'EET',
    120,
    'EEST',
    180,
    'Europe/Athens Europe/Bucharest Europe/Chisinau Europe/Helsinki Europe/Kiev Europe/Kyiv Europe/Mariehamn Europe/Riga ' +
      'Europe/Sofia Europe/Tallinn Europe/Vilnius Europe/Uzhgorod Europe/Zaporozhye Europe/Nicosia Europe/Tiraspol ' +
      'Asia/Beirut Asia/Famagusta Asia/Nicosia Asia/Gaza Asia/Hebron Africa/Cairo Egypt EET Europe/Kaliningrad ' +
      'Africa/Tripoli Libya',
  ],
  ['MSK', 180, '', 0, 'Europe/Moscow Europe/Simferopol W-SU'],
  ['IST', 120, 'IDT', 180, 'Asia/Jerusalem Asia/Tel_Aviv Israel'],
  [
    'CAT',
    120,
    '',
    0,
    'Africa/Blantyre Africa/Bujumbura Africa/Gaborone Africa/Harare Africa/Juba Africa/Khartoum Africa/Kigali ' +
      'Africa/Lubumbashi Africa/Lusaka Africa/Maputo Africa/Windhoek',
  ],
  [
    'EAT',
    180,
    '',
    0,
    'Africa/Addis_Ababa Africa/Asmara Africa/Asmera Africa/Dar_es_Salaam Africa/Djibouti Africa/Kampala Africa/Mogadishu ' +
      'Africa/Nairobi Indian/Antananarivo Indian/Comoro Indian/Mayotte',
  ],
  ['SAST', 120, '', 0, 'Africa/Johannesburg Africa/Maseru Africa/Mbabane'],
  [
    'WAT',
    60,
    '',
    0,
    'Africa/Bangui Africa/Brazzaville Africa/Douala Africa/Kinshasa Africa/Lagos Africa/Libreville Africa/Luanda ' +
      'Africa/Malabo Africa/Ndjamena Africa/Niamey Africa/Porto-Novo',
  ],
  ['PKT', 300, '', 0, 'Asia/Karachi'],
  ['IST', 330, '', 0, 'Asia/Kolkata Asia/Calcutta'],
  ['WIB', 420, '', 0, 'Asia/Jakarta Asia/Pontianak'],
  ['WITA', 480, '', 0, 'Asia/Makassar Asia/Ujung_Pandang'],
  ['WIT', 540, '', 0, 'Asia/Jayapura'],
  [
    'CST',
    480,
    'CDT',
    540,
    'Asia/Shanghai Asia/Chongqing Asia/Chungking Asia/Harbin Asia/Macau Asia/Macao Asia/Taipei PRC ROC',
  ],
  ['HKT', 480, '', 0, 'Asia/Hong_Kong Hongkong'],
  ['PST', 480, '', 0, 'Asia/Manila'],
  ['JST', 540, '', 0, 'Asia/Tokyo Japan'],
  ['KST', 540, '', 0, 'Asia/Seoul Asia/Pyongyang ROK'],
  ['AWST', 480, '', 0, 'Australia/Perth Australia/West'],
  [
    'ACST',
    570,
    'ACDT',
    630,
    'Australia/Adelaide Australia/Broken_Hill Australia/Darwin Australia/North Australia/South',
  ],
  [
    'AEST',
    600,
    'AEDT',
    660,
    'Australia/Sydney Australia/Melbourne Australia/Hobart Australia/Canberra Australia/ACT Australia/NSW ' +
      'Australia/Victoria Australia/Tasmania Australia/Currie Australia/Brisbane Australia/Lindeman Australia/Queensland ' +
      'Antarctica/Macquarie',
  ],
  ['NZST', 720, 'NZDT', 780, 'Pacific/Auckland Antarctica/McMurdo Antarctica/South_Pole NZ'],
  ['ChST', 600, '', 0, 'Pacific/Guam Pacific/Saipan'],
  ['SST', -660, '', 0, 'Pacific/Pago_Pago Pacific/Midway Pacific/Samoa US/Samoa'],
  ['HST', -600, 'HDT', -540, 'Pacific/Honolulu America/Adak America/Atka US/Hawaii US/Aleutian HST'],
  [
    'AKST',
    -540,
    'AKDT',
    -480,
    'America/Anchorage America/Juneau America/Metlakatla America/Nome America/Sitka America/Yakutat US/Alaska',
  ],
  [
    'PST',
    -480,
    'PDT',
    -420,
    'America/Los_Angeles America/Tijuana America/Vancouver America/Ensenada America/Santa_Isabel US/Pacific ' +
      'Canada/Pacific Mexico/BajaNorte PST8PDT',
  ],
  [
    'MST',
    -420,
    'MDT',
    -360,
    'America/Denver America/Boise America/Cambridge_Bay America/Edmonton America/Inuvik America/Yellowknife ' +
      'America/Ciudad_Juarez America/Shiprock US/Mountain Canada/Mountain Navajo MST7MDT America/Phoenix America/Creston ' +
      'America/Dawson America/Dawson_Creek America/Fort_Nelson America/Hermosillo America/Mazatlan America/Whitehorse ' +
      'US/Arizona Canada/Yukon MST Mexico/BajaSur',
  ],
  [
    'CST',
    -360,
    'CDT',
    -300,
    'America/Chicago America/Indiana/Knox America/Indiana/Tell_City America/Matamoros America/Menominee ' +
      'America/North_Dakota/Beulah America/North_Dakota/Center America/North_Dakota/New_Salem America/Ojinaga ' +
      'America/Rainy_River America/Rankin_Inlet America/Resolute America/Winnipeg US/Central Canada/Central CST6CDT ' +
      'America/Bahia_Banderas America/Belize America/Chihuahua America/Costa_Rica America/El_Salvador America/Guatemala ' +
      'America/Managua America/Merida America/Mexico_City America/Monterrey America/Regina America/Swift_Current ' +
      'America/Tegucigalpa Mexico/General Canada/Saskatchewan',
  ],
  [
    'EST',
    -300,
    'EDT',
    -240,
    'America/New_York America/Detroit America/Fort_Wayne America/Grand_Turk America/Indiana/Indianapolis ' +
      'America/Indiana/Marengo America/Indiana/Petersburg America/Indiana/Vevay America/Indiana/Vincennes ' +
      'America/Indiana/Winamac America/Indianapolis America/Iqaluit America/Kentucky/Louisville ' +
      'America/Kentucky/Monticello America/Louisville America/Montreal America/Nassau America/Nipigon America/Pangnirtung ' +
      'America/Port-au-Prince America/Thunder_Bay America/Toronto US/Eastern US/Michigan Canada/Eastern EST5EDT ' +
      'America/Atikokan America/Cancun America/Cayman America/Coral_Harbour America/Jamaica America/Panama Jamaica EST',
  ],
  ['CST', -300, 'CDT', -240, 'America/Havana Cuba'],
  [
    'AST',
    -240,
    'ADT',
    -180,
    'America/Halifax America/Glace_Bay America/Goose_Bay America/Moncton America/Thule Atlantic/Bermuda Canada/Atlantic ' +
      'America/Anguilla America/Antigua America/Aruba America/Barbados America/Blanc-Sablon America/Curacao ' +
      'America/Dominica America/Grenada America/Guadeloupe America/Kralendijk America/Lower_Princes America/Marigot ' +
      'America/Martinique America/Montserrat America/Port_of_Spain America/Puerto_Rico America/Santo_Domingo ' +
      'America/St_Barthelemy America/St_Kitts America/St_Lucia America/St_Thomas America/St_Vincent America/Tortola',
  ],
  ['NST', -210, 'NDT', -150, 'America/St_Johns Canada/Newfoundland'],
  ['UTC', 0, '', 0, 'Etc/UTC Etc/UCT UCT Universal Etc/Universal Zulu Etc/Zulu'],
];

const BY_ZONE: ReadonlyMap<string, (typeof GROUPS)[number]> = new Map(
  GROUPS.flatMap((group) => group[4].split(' ').map((zone) => [zone, group] as const)),
);

/** The abbreviation of a zone while it is at an offset: `CET`, or `+0530` where it has none. */
export function abbreviationOf(zone: string, offsetSeconds: number): string {
  const group = BY_ZONE.get(zone);
  if (group !== undefined && group[1] * 60 === offsetSeconds) return group[0];
  if (group !== undefined && group[2] !== '' && group[3] * 60 === offsetSeconds) return group[2];
  const minutes = Math.floor(Math.abs(offsetSeconds) / 60);
  const pad = (part: number): string => String(part).padStart(2, '0');
  const rest = minutes % 60 === 0 ? '' : pad(minutes % 60);
  return `${offsetSeconds < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}${rest}`;
}
